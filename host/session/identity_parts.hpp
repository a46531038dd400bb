// IdentityParts: the objects that the identity classes of one shard use.
//
// Thread  HashPool, GuessLimits, SessionLimits and SessionMetrics are shared by all shards.
// Owner   borrows all of them; they outlive the identity classes.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "ports/account_store.hpp"
#include "runtime/shard/shard.hpp"
#include "session/guess_limits.hpp"
#include "session/hash_pool.hpp"
#include "session/metrics.hpp"
#include "session/session_limits.hpp"

namespace serai::session {

// The operations that reach other shards. SessionLayer implements them.
class IdentityPeers {
 public:
  virtual ~IdentityPeers() = default;
  // Applies a stored revocation on every shard, then runs `done` on the asking shard.
  virtual void share(std::uint32_t asking_shard, RevokedToken record, Work done) = 0;
  // Closes all sockets of the user with this reason.
  virtual void disconnect(std::uint32_t asking_shard, const Uuid& user, std::string reason) = 0;
};

struct IdentityParts {
  runtime::Shard& shard;
  AccountStore& store;
  const Clock& clock;
  HashPool& hashing;
  GuessLimits& guesses;
  const SessionLimits& limits;
  SessionMetrics& metrics;
  IdentityPeers& peers;

  std::int64_t now_s() const { return clock.now_ms() / 1000; }
};

}  // namespace serai::session
