#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace serai::net {
namespace {

Error tls_error(const std::string& subject) {
  char reason[256] = "no reason given";
  const unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  return {Errc::invalid_argument, subject + ": " + reason};
}

}  // namespace

void TlsContextDeleter::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<TlsContext> load_tls(const std::string& certificate_file, const std::string& key_file) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) return tls_error("TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Answers are written from buffers that may move, in as many steps as the socket takes. Idle
  // connections have no TLS buffers.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                       SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1) {
    return tls_error("certificate " + certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return tls_error("key " + key_file);
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return tls_error("key " + key_file + " does not match certificate " + certificate_file);
  }
  return context;
}

}  // namespace serai::net
