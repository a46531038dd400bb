// Transport: one non-blocking TCP socket, plain or TLS. It reads and writes as much as is possible
// at once, and never waits.
//
// Errors  again: nothing is possible now, wait for Readiness. closed: the stream has ended or the
//         connection is broken.
// Thread  the shard's.
// Owner   the Connection. It may be moved to a connection of another shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace serai::net {

enum class IoStatus : std::uint8_t { done, again, closed };

struct IoResult {
  IoStatus status = IoStatus::done;
  std::size_t bytes = 0;
};

class Transport {
 public:
  // Takes ownership of the descriptor. Without `tls` (null) the socket is plain.
  Transport(int descriptor, ssl_ctx_st* tls);
  ~Transport();
  Transport(Transport&& other) noexcept;
  Transport& operator=(Transport&&) = delete;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  bool is_tls() const { return tls_ != nullptr; }

  IoResult read(std::span<char> into);
  IoResult write(std::string_view data);
  // Written bytes that the peer has not acknowledged yet. With TLS they are counted encrypted.
  std::size_t unacknowledged() const;
  void end_sending();  // half-close: the peer reads the end after the written bytes
  void close();

 private:
  struct TlsDeleter {
    void operator()(ssl_st* tls) const;
  };
  IoResult tls_result(int returned) const;

  int descriptor_;
  std::unique_ptr<ssl_st, TlsDeleter> tls_;
};

}  // namespace serai::net
