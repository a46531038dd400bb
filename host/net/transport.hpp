// Transport: one non-blocking TCP socket, plain or TLS. Reads and writes what it can, never waits.
//
// Errors  again: nothing now, wait; closed: end of stream or a broken connection.
// Thread  the shard's.
// Owner   the Connection. close() aborts pending waits; their handlers still run, with an error.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace serai {

enum class IoStatus : std::uint8_t { done, again, closed };

struct IoResult {
  IoStatus status = IoStatus::done;
  std::size_t bytes = 0;
};

class Transport {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;

  // Takes the descriptor. `tls` may be null: plain.
  Transport(boost::asio::io_context& io, int descriptor, bool is_v6, ssl_ctx_st* tls);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  bool is_open() const { return socket_.has_value(); }
  bool is_tls() const { return tls_ != nullptr; }

  IoResult read(std::span<char> into);
  IoResult write(std::string_view data);
  void end_sending();  // half-close: the peer reads the end after what was written
  void close();

  template <class Handler>
  void wait_readable(Handler handler) {
    socket_->async_wait(Socket::wait_read, std::move(handler));
  }
  template <class Handler>
  void wait_writable(Handler handler) {
    socket_->async_wait(Socket::wait_write, std::move(handler));
  }

 private:
  struct TlsDeleter {
    void operator()(ssl_st* tls) const;
  };
  IoResult tls_result(int returned) const;

  std::optional<Socket> socket_;
  std::unique_ptr<ssl_st, TlsDeleter> tls_;
};

}  // namespace serai
