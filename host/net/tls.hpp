// TLS: the certificate and the key of the client plane, loaded once.
//
// Errors  invalid_argument with the file and OpenSSL's reason.
// Thread  load_tls(): any. The connections of all shards share the context.
// Owner   a TlsContext owns the context; connections borrow it.
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

// Loads a PEM chain and its key. The context accepts TLS 1.2 and later.
Result<TlsContext> load_tls(const std::string& certificate_file, const std::string& key_file);

}  // namespace serai::net
