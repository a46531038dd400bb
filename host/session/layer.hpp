// SessionLayer: accounts, tokens, sockets, presence and streams. It builds them for all shards and
// hands out the services of each.
//
// Thread  construction, start() and destruction: one thread, while the shards do not run. The
//         services of a shard: the thread of that shard, unless their port allows others.
// Owner   owns the services of all shards and the hashing threads; borrows everything it is built
//         with. Destroy it after the shards have stopped and before they are destroyed.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "ports/account_store.hpp"
#include "ports/identity.hpp"
#include "ports/sessions.hpp"
#include "ports/streams.hpp"
#include "runtime/shard/shard.hpp"
#include "session/open_sessions.hpp"
#include "session/options.hpp"

namespace serai::session {

class SessionLayer {
 public:
  SessionLayer(SessionOptions options,
               runtime::Shards& shards,
               AccountStore& store,
               const Clock& clock,
               Log log,
               Metrics& metrics,
               const EnvelopeCodec& codec,
               MatchLeaveListener& match_leaves);
  ~SessionLayer();
  SessionLayer(const SessionLayer&) = delete;
  SessionLayer& operator=(const SessionLayer&) = delete;

  // Loads the revoked tokens; blocks on the store.
  Result<> start();

  IdentityService& identity(std::uint32_t shard);
  Streams& streams(std::uint32_t shard);
  Sessions& sessions(std::uint32_t shard);
  OpenSessions open(std::size_t listed_max);  // not from a shard; see open_sessions.hpp

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace serai::session
