// RawClient: a blocking socket that sends any bytes and reads answers, for tests of wrong clients.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace serai::testing {

struct RawAnswer {
  int status = 0;
  std::string head;
  std::string body;
  bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
  ~RawClient();
  RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return socket_ >= 0; }
  int descriptor() const { return socket_; }
  bool send(std::string_view bytes);  // false: the server closed
  void end_sending();
  RawAnswer answer(bool has_body = true);  // status 0: none came within 10 s
  std::string read(std::size_t bytes);     // shorter at the end of the stream
  std::string read_to_end();
  bool is_closed();  // waits for the end; true also for a reset
  RawAnswer ask(std::string_view request) { return send(request) ? answer() : RawAnswer{}; }
  bool open_websocket(std::string_view query = "token=ok");

 private:
  bool more();

  int socket_ = -1;
  std::string pending_;
};

std::string get(std::string_view path, std::string_view headers = {});
std::string post(std::string_view path, std::string_view body, std::string_view headers = {});

// A masked client frame; head_byte is FIN, reserved bits and opcode.
std::string client_frame(unsigned char head_byte, std::string_view payload);

}  // namespace serai::testing
