// IdentityParts: what the identity of one shard is built with.
//
// Owner   all borrowed from SessionLayer, which outlives it.
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

// What one shard's identity asks of the others.
class IdentityPeers {
 public:
  virtual ~IdentityPeers() = default;
  // Makes a stored revocation known on all shards, then runs `done` on the asking one.
  virtual void share(std::uint32_t asking_shard, RevokedToken record, Work done) = 0;
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
