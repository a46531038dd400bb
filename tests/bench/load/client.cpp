#include "load/client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace serai::bench {

std::int64_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

void give_up(const std::string& why) {
  std::fprintf(stderr, "load: %s\n", why.c_str());
  std::_Exit(1);
}

Poller::Poller() : epoll_(epoll_create1(0)) {}
Poller::~Poller() { close(epoll_); }

void Poller::add(Connection& connection) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &connection;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd(), &event);
}

void Poller::run_until(std::int64_t until_us, const std::function<bool()>& done) {
  std::array<epoll_event, 256> events{};
  while (!done()) {
    const std::int64_t now = now_us();
    if (now >= until_us) return;
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1);
    for (int i = 0; i < count; ++i) {
      static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr)->readable();
    }
    if (on_turn) on_turn();
  }
}

Connection::Connection(const Address& address) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(address.port);
  inet_pton(AF_INET, address.ip.c_str(), &to.sin_addr);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
    give_up(std::string("cannot connect: ") + strerror(errno));
  }
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  fcntl(fd_, F_SETFL, O_NONBLOCK);
}

Connection::~Connection() { close(fd_); }

void Connection::readable() {
  std::array<char, 65536> buffer;  // NOLINT: filled by read
  const ssize_t got = read(fd_, buffer.data(), buffer.size());
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) give_up("the server closed a connection");
  const std::string_view fresh(buffer.data(), static_cast<std::size_t>(got));
  if (in_.empty()) {  // the usual case: whole messages, which need no copy
    std::string_view rest = fresh;
    while (!rest.empty()) {
      const std::size_t used = take(rest);
      if (used == 0) break;
      rest.remove_prefix(used);
    }
    in_ = rest;
    return;
  }
  in_ += fresh;
  std::size_t begin = 0;
  while (begin < in_.size()) {
    const std::size_t used = take(std::string_view(in_).substr(begin));
    if (used == 0) break;
    begin += used;
  }
  in_.erase(0, begin);
}

void Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
      continue;
    }
    if (errno != EAGAIN) give_up("the server closed a connection while it was written to");
    pollfd waiting{fd_, POLLOUT, 0};
    poll(&waiting, 1, 1000);
  }
}

// ---- HTTP ------------------------------------------------------------------------------------

void HttpClient::request(std::string_view method,
                         std::string_view target,
                         std::string_view auth,
                         std::string_view body) {
  std::string out;
  out.reserve(256 + auth.size() + body.size());
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
  out.append("Authorization: ").append(auth).append("\r\nContent-Type: application/json\r\n");
  out.append("Content-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n\r\n")
      .append(body);
  write(out);
}

std::size_t HttpClient::take(std::string_view input) {
  const std::size_t end = input.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string_view head = input.substr(0, end);
  std::string lower(head);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::size_t at = lower.find("content-length: ");
  const std::size_t length =
      at == std::string::npos ? 0 : std::strtoull(lower.c_str() + at + 16, nullptr, 10);
  if (input.size() < end + 4 + length) return 0;
  const int status = std::atoi(std::string(head.substr(9, 3)).c_str());
  if (on_answer) on_answer(status, input.substr(end + 4, length));
  return end + 4 + length;
}

// ---- WebSocket -------------------------------------------------------------------------------

SocketClient::SocketClient(const Address& address, const std::string& token) : Connection(address) {
  write("GET /ws?format=json&token=" + token +
        " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
}

void SocketClient::send(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 14);
  out.push_back(static_cast<char>(0x81));
  if (text.size() < 126) {
    out.push_back(static_cast<char>(0x80 | text.size()));
  } else {
    out.push_back(static_cast<char>(0x80 | 126));
    out.push_back(static_cast<char>(text.size() >> 8));
    out.push_back(static_cast<char>(text.size() & 0xff));
  }
  out.append(4, '\0');  // a mask of zeros leaves the text as it is
  out.append(text);
  write(out);
}

std::size_t SocketClient::take(std::string_view input) {
  if (!open_) {
    const std::size_t end = input.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    if (!input.starts_with("HTTP/1.1 101"))
      give_up("upgrade refused: " + std::string(input.substr(0, 200)));
    open_ = true;
    return end + 4;
  }
  if (input.size() < 2) return 0;
  const auto first = static_cast<unsigned char>(input[0]);
  std::size_t head = 2;
  std::size_t length = static_cast<unsigned char>(input[1]) & 0x7f;
  if (length == 126) {
    if (input.size() < 4) return 0;
    length = static_cast<std::size_t>(static_cast<unsigned char>(input[2])) << 8 |
             static_cast<unsigned char>(input[3]);
    head = 4;
  } else if (length == 127) {
    give_up("a message of more than 65535 bytes");
  }
  if (input.size() < head + length) return 0;
  const std::string_view payload = input.substr(head, length);
  const int opcode = first & 0x0f;
  if (opcode == 8)
    give_up("the server closed a socket: " +
            std::string(payload.substr(std::min<std::size_t>(2, length))));
  if (opcode == 9) {  // ping
    std::string pong;
    pong.push_back(static_cast<char>(0x8a));
    pong.push_back(static_cast<char>(0x80 | length));
    pong.append(4, '\0').append(payload);
    write(pong);
  } else if (opcode == 1 && on_message) {
    on_message(payload);
  }
  return head + length;
}

// ---- Helpers ---------------------------------------------------------------------------------

std::string member(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\"";
  std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  at = json.find('"', at + key.size());
  const std::size_t end = json.find('"', at + 1);
  return std::string(json.substr(at + 1, end - at - 1));
}

std::vector<std::string> make_accounts(const Address& address,
                                       std::size_t count,
                                       const std::string& prefix) {
  constexpr std::string_view kServerKey = "Basic ZGVmYXVsdGtleTo=";
  constexpr std::size_t kConnections = 16;
  std::vector<std::string> tokens;
  std::size_t requested = 0;
  Poller poller;
  std::vector<std::unique_ptr<HttpClient>> clients;
  const auto ask = [&](HttpClient& client) {
    if (requested == count) return;
    client.request("POST",
                   "/v2/account/authenticate/device",
                   kServerKey,
                   "{\"id\":\"" + prefix + "-" + std::to_string(requested++) + "\"}");
  };
  for (std::size_t i = 0; i < std::min(kConnections, count); ++i) {
    clients.push_back(std::make_unique<HttpClient>(address));
    HttpClient* client = clients.back().get();
    client->on_answer = [&, client](int status, std::string_view body) {
      if (status != 200)
        give_up("authenticate answered " + std::to_string(status) + " " + std::string(body));
      tokens.push_back(member(body, "token"));
      ask(*client);
    };
    poller.add(*client);
    ask(*client);
  }
  poller.run_until(now_us() + 60'000'000, [&] { return tokens.size() == count; });
  if (tokens.size() != count) give_up("not all accounts were made within a minute");
  return tokens;
}

std::vector<std::unique_ptr<SocketClient>> open_sockets(Poller& poller,
                                                        const Address& address,
                                                        const std::vector<std::string>& tokens) {
  std::vector<std::unique_ptr<SocketClient>> sockets;
  std::size_t open = 0;
  for (const std::string& token : tokens) {
    sockets.push_back(std::make_unique<SocketClient>(address, token));
    poller.add(*sockets.back());
    if (sockets.size() % 64 != 0 && sockets.size() != tokens.size()) continue;
    poller.run_until(now_us() + 10'000'000, [&] {
      while (open < sockets.size() && sockets[open]->open()) ++open;
      return open == sockets.size();
    });
    if (open != sockets.size()) give_up("a socket did not open within ten seconds");
  }
  return sockets;
}

ProcessUse use_of(int pid) {
  ProcessUse use;
  const std::string root = "/proc/" + std::to_string(pid);
  std::ifstream stat(root + "/stat");
  std::string line;
  std::getline(stat, line);
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string field;
  double ticks = 0;
  for (int i = 3; fields >> field && i <= 15; ++i) {
    if (i == 14 || i == 15) ticks += std::stod(field);  // utime and stime, see proc(5)
  }
  use.cpu_s = ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  std::ifstream statm(root + "/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  use.resident_bytes = resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return use;
}

Percentiles percentiles(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const auto at = [&values](double share) {
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())))];
  };
  return {at(0.5), at(0.99), values.back()};
}

std::string rpc_envelope(std::uint64_t cid, const std::string& rpc, const std::string& payload) {
  std::string quoted;
  for (const char letter : payload) quoted += letter == '"' ? "\\\"" : std::string(1, letter);
  return "{\"cid\":\"" + std::to_string(cid) + R"(","rpc":{"id":")" + rpc + R"(","payload":")" +
         quoted + "\"}}";
}

std::uint64_t answered_rpc(std::string_view text) {
  if (text.find("\"rpc\"") == std::string_view::npos) give_up("unexpected: " + std::string(text));
  return std::strtoull(text.data() + text.find("\"cid\":\"") + 7, nullptr, 10);
}

}  // namespace serai::bench
