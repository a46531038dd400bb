// The load generator's own clients: HTTP and WebSocket over plain epoll, so that they cost less
// than the host.
//
// Thread  one; everything happens inside Poller::run_for().
// Errors  a broken connection or an unexpected answer ends the program with a message: a benchmark
//         that lost a request has no valid result.
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

  void watch(Connection& connection);
  // Handles events until `until_us`, or until `done` is true.
  void run_until(
      std::int64_t until_us, const std::function<bool()>& done = [] { return false; });
  // Called about once a millisecond while running.
  std::function<void()> on_turn;

 private:
  int epoll_ = -1;
};

// A connected socket with buffers.
class Connection {
 public:
  explicit Connection(const Address& address);
  virtual ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return fd_; }
  void readable();  // by the poller
  void write(std::string_view bytes);

 protected:
  virtual std::size_t take(std::string_view input) = 0;  // how much of the input was used

 private:
  int fd_ = -1;
  std::string in_;
};

// One request at a time, or several in a row (pipelined); answers come in order.
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

// Session tokens of fresh device accounts.
std::vector<std::string> make_accounts(const Address& address,
                                       std::size_t count,
                                       const std::string& prefix);

// A WebSocket for each token, watched by the poller; all are open when it returns.
std::vector<std::unique_ptr<SocketClient>> open_sockets(Poller& poller,
                                                        const Address& address,
                                                        const std::vector<std::string>& tokens);

// The CPU time and memory that a process has used so far.
struct ProcessUse {
  double cpu_s = 0;
  std::uint64_t resident_bytes = 0;
};
ProcessUse use_of(int pid);

std::string member(std::string_view json,
                   std::string_view name);  // a text member, good enough for our answers

struct Percentiles {
  double p50 = 0, p99 = 0, max = 0;
};
Percentiles percentiles(std::vector<double> values);

}  // namespace serai::bench
