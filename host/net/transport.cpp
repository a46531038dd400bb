#include "net/transport.hpp"

#include <linux/sockios.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace serai::net {
namespace {

IoResult plain_result(ssize_t returned) {
  if (returned > 0) return {IoStatus::done, static_cast<std::size_t>(returned)};
  if (returned < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    return {IoStatus::again, 0};
  }
  return {IoStatus::closed, 0};
}

int tls_size(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

Transport::Transport(int descriptor, ssl_ctx_st* tls) : descriptor_(descriptor) {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  if (tls_ == nullptr || SSL_set_fd(tls_.get(), descriptor) != 1) {
    close();
    return;
  }
  SSL_set_accept_state(tls_.get());
}

Transport::~Transport() { close(); }

Transport::Transport(Transport&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), tls_(std::move(other.tls_)) {}

void Transport::TlsDeleter::operator()(ssl_st* tls) const { SSL_free(tls); }

IoResult Transport::read(std::span<char> into) {
  if (!is_open()) return {IoStatus::closed, 0};
  if (tls_) {
    ERR_clear_error();
    return tls_result(SSL_read(tls_.get(), into.data(), tls_size(into.size())));
  }
  return plain_result(::recv(descriptor_, into.data(), into.size(), MSG_DONTWAIT));
}

IoResult Transport::write(std::string_view data) {
  if (!is_open()) return {IoStatus::closed, 0};
  if (tls_) {
    ERR_clear_error();
    return tls_result(SSL_write(tls_.get(), data.data(), tls_size(data.size())));
  }
  return plain_result(::send(descriptor_, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

IoResult Transport::tls_result(int returned) const {
  if (returned > 0) return {IoStatus::done, static_cast<std::size_t>(returned)};
  switch (SSL_get_error(tls_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {IoStatus::again, 0};
    default:
      return {IoStatus::closed, 0};
  }
}

std::size_t Transport::unacknowledged() const {
  int bytes = 0;
  if (!is_open() || ::ioctl(descriptor_, SIOCOUTQ, &bytes) != 0) return 0;
  return static_cast<std::size_t>(bytes);
}

void Transport::end_sending() {
  if (!is_open()) return;
  ERR_clear_error();
  if (tls_) SSL_shutdown(tls_.get());
  ::shutdown(descriptor_, SHUT_WR);
}

void Transport::close() {
  tls_.reset();
  if (is_open()) ::close(std::exchange(descriptor_, -1));
}

}  // namespace serai::net
