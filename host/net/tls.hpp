// Tls: the certificate and key of the client plane, loaded once.
//
// Errors  invalid_argument with the file and OpenSSL's reason.
// Owner   TlsContext; connections borrow it.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

struct ssl_ctx_st;

namespace serai::net {

struct TlsContextDeleter {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsContextDeleter>;

// TLS 1.2 and later.
Result<TlsContext> load_tls(const std::string& certificate_file, const std::string& key_file);

}  // namespace serai::net
