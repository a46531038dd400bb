#include "net_server.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <future>

#include "support/wait_for.hpp"

namespace serai::testing {

using namespace std::chrono_literals;

void Tally::add() {
  const std::lock_guard lock(mutex_);
  ++value_;
  changed_.notify_all();
}

std::uint64_t Tally::value() const {
  const std::lock_guard lock(mutex_);
  return value_;
}

bool Tally::reaches(std::uint64_t wanted) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, 10s, [&] { return value_ >= wanted; });
}

class NetServer::Session final : public SocketSession {
 public:
  explicit Session(NetServer& server) : server_(server) {}

  void on_open(ClientSocket& socket) override {
    socket_ = &socket;
    {
      const std::lock_guard lock(server_.mutex_);
      server_.sockets_.push_back(socket_);
    }
    server_.opened.add();
  }
  void on_message(std::string_view message) override {
    const std::string text(message);
    if (text.starts_with("burst ")) {
      for (int i = 0; i < std::stoi(text.substr(6)); ++i) socket_->send(std::to_string(i));
    } else if (text.starts_with("big ")) {
      socket_->send(std::string(std::stoul(text.substr(4)), 'b'));
    } else if (text.starts_with("close ")) {
      socket_->send("bye");
      socket_->close(text.substr(6));
    } else if (text == "shard") {
      socket_->send(std::to_string(runtime::Shard::current()->index()));
    } else if (text == "hold") {
      server_.holds_senders = true;
    } else if (text == "late") {
      owes_ = true;
      server_.late_.emplace_back(
          [this, &server = server_, socket = socket_](const HttpResponse& late) {
            if (server.is_open(socket)) pay(late.body);
          });
    } else {
      socket_->send(text);
    }
    server_.messages.add();
  }
  void on_frame() override { server_.frames.add(); }
  bool takes_more() const override { return !server_.holds_senders; }
  void on_flushed() override { server_.flushes.add(); }
  std::uint64_t owner() const override { return 1; }
  void on_shutdown(std::string_view reason) override {
    reason_ = reason;
    if (!owes_) socket_->close(reason_);
  }
  void on_closed(SocketEnd end) override {
    {
      const std::lock_guard lock(server_.mutex_);
      std::erase(server_.sockets_, socket_);
    }
    server_.ends.at(static_cast<std::size_t>(end)).add();
    server_.closed.add();
  }

 private:
  void pay(const std::string& answer) {
    owes_ = false;
    socket_->send(answer);
    if (!reason_.empty()) socket_->close(reason_);
  }

  NetServer& server_;
  ClientSocket* socket_ = nullptr;
  std::string reason_;  // of the close by the host
  bool owes_ = false;
};

NetServer::NetServer(net::ListenerOptions options, std::uint32_t shard_count) {
  std::signal(SIGPIPE, SIG_IGN);  // as in the host: OpenSSL writes without MSG_NOSIGNAL
  for (std::uint32_t i = 0; i < shard_count; ++i) {
    shards_.push_back(std::make_unique<runtime::Shard>(i, clock_));
  }
  const auto handlers = [this](std::uint32_t) { return net::ShardHandlers{*this, *this}; };
  listener_ = std::make_unique<net::Listener>(*this, std::move(options), handlers, Log(), metrics);
  auto started = listener_->start();
  SERAI_ASSERT(started.ok());
  endpoint_ = *started;
  for (const auto& shard : shards_) threads_.emplace_back([&shard = *shard] { shard.run(); });
}

NetServer::~NetServer() {
  for (const auto& shard : shards_) shard->stop();
  for (std::thread& thread : threads_) thread.join();
  listener_.reset();
}

net::ListenerOptions NetServer::quick() {
  net::ListenerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  options.sweep = 5ms;
  return options;
}

void NetServer::release() {
  on_shard([this] {
    auto answers = std::move(late_);
    late_.clear();
    for (auto& answer : answers) answer(HttpResponse{.status = 200, .body = "late"});
  });
}

bool NetServer::is_open(const ClientSocket* socket) {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(sockets_, socket) != sockets_.end();
}

void NetServer::push_to_all(const std::string& message) {
  on_shard([this, &message] {
    const std::lock_guard lock(mutex_);
    // Owners: this loop and each socket's queue, as in a broadcast of the protocol.
    const auto shared = std::make_shared<const std::string>(message);
    for (ClientSocket* socket : sockets_) socket->send_shared(shared);
  });
}

void NetServer::read_on() {
  on_shard([this] {
    holds_senders = false;
    for (ClientSocket* socket : sockets_) socket->read_on();
  });
}

bool NetServer::is_slow() {
  bool slow = false;
  on_shard([&] {
    const std::lock_guard lock(mutex_);
    slow = sockets_.at(0)->is_slow();
  });
  return slow;
}

bool NetServer::all_closed() const {
  return wait_for([this] { return listener_->counts().connections == 0; });
}

void NetServer::on_shard(const std::function<void()>& work) {
  std::promise<void> done;
  shards_[0]->post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void NetServer::handle(HttpRequest request, UniqueFunction<void(HttpResponse)> answer) {
  HttpResponse response;
  if (request.path == "/late" || request.path == "/never") {
    if (request.path == "/late") late_.push_back(std::move(answer));
    requests.add();
    return;
  }
  if (request.path.starts_with("/size/")) {
    response.body.assign(std::stoul(request.path.substr(6)), 'x');
  } else if (request.path.starts_with("/header/")) {
    response.body = request.header(request.path.substr(8));
  } else if (request.path == "/peer") {
    response.body = request.peer_ip;
  } else if (request.path == "/echo") {
    const auto unpacked = request.unpack_body();
    response = unpacked ? HttpResponse{.body = std::move(request.body)}
                        : HttpResponse{
                              .status = 400,
                              .body = R"({"code":3,"message":")" + unpacked.error().detail + "\"}"};
  } else {
    response = {.status = 404, .body = request.method + " " + request.path + " " + request.query};
  }
  if (request.query.starts_with("owner=")) response.owner = std::stoul(request.query.substr(6));
  answer(std::move(response));
  requests.add();
}

std::variant<std::unique_ptr<SocketSession>, SocketRefusal> NetServer::accept(
    const HttpRequest& request, SocketFormat& format) {
  if (request.query.find("format=bad") != std::string::npos) {
    return SocketRefusal{400, "Invalid format parameter"};
  }
  if (request.query.find("token=ok") == std::string::npos) {
    return SocketRefusal{401, "Missing or invalid token"};
  }
  const bool is_protobuf = request.query.find("format=protobuf") != std::string::npos;
  format = is_protobuf ? SocketFormat::protobuf : SocketFormat::json;
  return std::make_unique<Session>(*this);
}

std::optional<std::uint32_t> NetServer::shard_for(const HttpRequest& request) {
  const std::size_t at = request.query.find("shard=");
  if (at == std::string::npos) return std::nullopt;
  return static_cast<std::uint32_t>(std::stoul(request.query.substr(at + 6)));
}

}  // namespace serai::testing
