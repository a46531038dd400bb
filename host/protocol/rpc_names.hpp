// What the REST and the socket form of an RPC have in common.
#pragma once

#include "base/ascii.hpp"
#include "base/result.hpp"
#include "ports/game.hpp"

namespace serai {

// A handler may say not_found of its own things; Game marks an id nobody registered by these words.
inline bool is_unknown_rpc(const Error& error) {
  return error.code == Errc::not_found && error.detail == kUnknownRpc;
}

inline bool is_host_failure(Errc code) {
  return code == Errc::internal || code == Errc::unknown || code == Errc::data_loss ||
         code == Errc::unavailable;
}

}  // namespace serai
