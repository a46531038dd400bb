#include "client.hpp"

#include "base/base64.hpp"
#include "violation.hpp"

namespace serai::sim {

// One connection. The client owns it beyond its end, because posted work may still use it.
struct Client::Line final : ClientSocket {
  Line(Client& owner, SocketFormat kind) : client(owner), wire(kind) {}

  void send(std::string message) override { client.on_frame(*this, message); }
  void send_shared(std::shared_ptr<const std::string> message) override {
    client.on_frame(*this, *message);
  }
  void close(std::string_view) override { client.closed_by_host(*this); }
  void drop() override { client.closed_by_host(*this); }
  SocketFormat format() const override { return wire; }
  bool is_slow() override { return false; }
  void read_on() override {}

  void end() {
    if (!session || ended) return;
    ended = true;
    session->on_closed(SocketEnd::lost);
  }

  Client& client;
  SocketFormat wire;
  std::unique_ptr<SocketSession> session;
  bool ended = false;
};

Client::Client(SimHost& host, Trace& trace, int number)
    : host_(host),
      trace_(trace),
      number_(number),
      shard_(static_cast<std::uint32_t>(number) % kShards) {}

Client::~Client() = default;

void Client::post(Work work) { host_.shard(shard_).post(std::move(work)); }

void Client::rest(HttpRequest request, std::function<void(const HttpResponse&)> answer) {
  request.peer_ip = "127.0.0.1";
  post([this, request = std::move(request), answer = std::move(answer)]() mutable {
    host_.rest(shard_).handle(std::move(request),
                              [this, answer = std::move(answer)](const HttpResponse& response) {
                                trace_.add(response.body);
                                answer(response);
                              });
  });
}

void Client::log_in() {
  HttpRequest request;
  request.method = "POST";
  request.path = "/v2/account/authenticate/device";
  request.query = "create=true&username=player" + std::to_string(number_);
  request.body = R"({"id":"device-number-)" + std::to_string(number_) + "\"}";
  std::string basic = "Basic ";
  append_base64("defaultkey:", basic);
  request.headers = {{"authorization", basic}, {"content-type", "application/json"}};
  rest(std::move(request), [this](const HttpResponse& response) {
    if (response.status != 200) return;
    token_ = Json::parse(response.body).at("token").get<std::string>();
    HttpRequest account_request;
    account_request.method = "GET";
    account_request.path = "/v2/account";
    account_request.headers = {{"authorization", "Bearer " + token_}};
    rest(std::move(account_request), [this](const HttpResponse& account) {
      if (account.status != 200) return;
      const std::string id = Json::parse(account.body).at("user").at("id").get<std::string>();
      require(user_id_.empty() || user_id_ == id, "a device always finds the same account");
      user_id_ = id;
    });
  });
}

void Client::connect() {
  if (connected() || token_.empty()) return;
  lines_.push_back(std::make_unique<Line>(*this, SocketFormat::json));
  line_ = lines_.back().get();
  post([this, line = line_] {
    HttpRequest request;
    request.method = "GET";
    request.path = "/ws";
    request.query = "status=true&token=" + token_;
    auto accepted = host_.sockets(shard_).accept(request, line->wire);
    auto* session = std::get_if<std::unique_ptr<SocketSession>>(&accepted);
    require(session != nullptr, "a socket with a good token is accepted");
    line->session = std::move(*session);
    line->session->on_open(*line);
  });
}

void Client::disconnect() {
  if (!connected()) return;
  Line* line = std::exchange(line_, nullptr);
  waiting_.clear();
  post([line] { line->end(); });
}

void Client::closed_by_host(Line& line) {
  if (line_ == &line) {
    line_ = nullptr;
    waiting_.clear();
  }
  post([gone = &line] { gone->end(); });
}

void Client::forget() {
  line_ = nullptr;
  waiting_.clear();
  lines_.clear();
}

void Client::send_text(std::string message) {
  if (!connected()) return;
  post([line = line_, message = std::move(message)] {
    if (line->session && !line->ended) line->session->on_message(message);
  });
}

Ask Client::rpc(const std::string& id, const std::string& payload) {
  if (!connected()) return rest_rpc(id, payload);
  const std::string cid = std::to_string(next_cid_++);
  auto ask = std::make_shared<Reply>();  // owners: see Ask
  waiting_.emplace(cid, ask);
  send_text(Json{{"cid", cid}, {"rpc", {{"id", id}, {"payload", payload}}}}.dump());
  return ask;
}

Ask Client::rest_rpc(const std::string& id, const std::string& payload) {
  auto ask = std::make_shared<Reply>();  // owners: see Ask
  HttpRequest request;
  request.method = "POST";
  request.path = "/v2/rpc/" + id;
  request.query = "unwrap";
  request.body = payload;
  request.headers = {{"authorization", "Bearer " + token_}, {"content-type", "application/json"}};
  rest(std::move(request), [this, id, ask](const HttpResponse& response) {
    ask->arrived = ++arrivals_;
    if (response.status == 200) {
      ask->text = response.body;
    } else {
      const Json error = Json::parse(response.body);
      ask->code = error.at("code").get<int>();
      ask->text = error.at("message").get<std::string>();
    }
    note(id, *ask);
  });
  return ask;
}

void Client::join(const std::string& match) {
  send_text(Json{{"cid", "join"}, {"match_join", {{"match_id", match}}}}.dump());
}

void Client::play(const std::string& match, int op, const Json& data) {
  std::string encoded;
  append_base64(data.dump(), encoded);
  send_text(Json{{"match_data_send",
                  {{"match_id", match}, {"op_code", std::to_string(op)}, {"data", encoded}}}}
                .dump());
}

void Client::on_frame(Line& line, const std::string& frame) {
  trace_.add(frame);
  if (&line != line_) return;  // the client has closed this connection
  const Json message = Json::parse(frame, nullptr, false);
  require(message.is_object(), "a frame is a JSON object: " + frame);
  if (message.contains("match_data")) return match_data(message.at("match_data"));
  const auto asked = waiting_.find(message.value("cid", ""));
  if (asked == waiting_.end()) return;
  const Ask ask = asked->second;
  waiting_.erase(asked);
  ask->arrived = ++arrivals_;
  if (message.contains("rpc")) {
    ask->text = message.at("rpc").value("payload", "");
  } else if (message.contains("error")) {
    ask->code = message.at("error").value("code", -1);
    ask->text = message.at("error").value("message", "");
    if (ask->code == 0) ask->code = -1;
  }
  note("cid " + message.value("cid", ""), *ask);
}

void Client::note(const std::string& asked, const Reply& reply) {
  host_.log.add("player " + std::to_string(number_) + " gets the answer to " + asked + ": " +
                std::to_string(reply.code) + " " + reply.text.substr(0, 120));
}

void Client::match_data(const Json& data) {
  if (!on_match_data) return;
  const auto bytes = decode_base64(data.value("data", ""));
  require(bytes.has_value(), "match data is base64");
  const Json content = Json::parse(*bytes, nullptr, false);
  require(content.is_object(), "a battle's events are JSON objects: " + *bytes);
  on_match_data(
      data.at("match_id").get<std::string>(), std::stoi(data.value("op_code", "0")), content);
}

}  // namespace serai::sim
