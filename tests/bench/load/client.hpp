// The load generator's own clients: HTTP and WebSocket over plain epoll, so that they use less CPU
// than the host.
//
// Thread  one. All callbacks run inside Poller::run_until().
// Errors  a broken connection or an unexpected answer ends the program with a message, because a
//         benchmark that loses a request has no valid result.
// Owner   a Poller borrows its connections, which must outlive it or its last run_until().
// Units   microseconds of a monotonic clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace serai::bench {

struct Address {
  std::string ip = "127.0.0.1";
  std::uint16_t port = 7350;
};

std::int64_t now_us();
class Connection;

[[noreturn]] void give_up(const std::string& why);

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void add(Connection& connection);
  // Handles events until the time `until_us`, or until `done` is true.
  void run_until(
      std::int64_t until_us, const std::function<bool()>& done = [] { return false; });
  // Called about once a millisecond while running.
  std::function<void()> on_turn;

 private:
  int epoll_ = -1;
};

// A connected TCP socket, which buffers incomplete input.
class Connection {
 public:
  explicit Connection(const Address& address);
  virtual ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return fd_; }
  void readable();  // called by the poller
  void write(std::string_view bytes);

 protected:
  // Handles the front of the input. Returns the number of bytes used; 0: the message is incomplete.
  virtual std::size_t take(std::string_view input) = 0;

 private:
  int fd_ = -1;
  std::string in_;
};

// Sends one request at a time, or several before the first answer (pipelining). Answers come in
// order.
class HttpClient final : public Connection {
 public:
  using OnAnswer = std::function<void(int status, std::string_view body)>;
  using Connection::Connection;

  void request(std::string_view method,
               std::string_view target,
               std::string_view auth,
               std::string_view body);
  OnAnswer on_answer;

 private:
  std::size_t take(std::string_view input) override;
};

class SocketClient final : public Connection {
 public:
  using OnMessage = std::function<void(std::string_view text)>;
  SocketClient(const Address& address, const std::string& token);

  bool open() const { return open_; }
  void send(std::string_view text);
  OnMessage on_message;

 private:
  std::size_t take(std::string_view input) override;
  bool open_ = false;
};

// Creates `count` device accounts, and returns their session tokens.
std::vector<std::string> make_accounts(const Address& address,
                                       std::size_t count,
                                       const std::string& prefix);

// Opens a WebSocket for each token and adds it to the poller. Returns when all are open.
std::vector<std::unique_ptr<SocketClient>> open_sockets(Poller& poller,
                                                        const Address& address,
                                                        const std::vector<std::string>& tokens);

// The CPU time and memory that a process has used so far.
struct ProcessUse {
  double cpu_s = 0;
  std::uint64_t resident_bytes = 0;
};
ProcessUse use_of(int pid);

// The text of a member of a JSON object; empty without one. Not a full parser: it fits the host's
// answers only.
std::string member(std::string_view json, std::string_view name);

// The envelope of an RPC; `payload` is JSON.
std::string rpc_envelope(std::uint64_t cid, const std::string& rpc, const std::string& payload);
// The cid of an RPC's answer. Ends the program when the message is anything else.
std::uint64_t answered_rpc(std::string_view text);

struct Percentiles {
  double p50 = 0, p99 = 0, max = 0;
};
Percentiles percentiles(std::vector<double> values);

}  // namespace serai::bench
