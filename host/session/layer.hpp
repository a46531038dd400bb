// SessionLayer: builds accounts, tokens, sockets, presence and streams for all shards, and returns
// the services of each shard.
//
// Errors  start(): those of the store.
// Thread  construction, start() and destruction: one thread, while the shards do not run. open():
//         any thread but a shard's. The services of a shard: the thread of that shard, unless their
//         port allows others.
// Owner   owns the services of all shards and the hashing threads. Borrows the arguments of the
//         constructor, except the options. Destroy it after the shards have stopped and before they
//         are destroyed.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "ports/account_store.hpp"
#include "ports/identity.hpp"
#include "ports/resume.hpp"
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

  // Loads the revoked tokens. Blocks until the store has answered.
  Result<> start();

  // The services of one shard, which live as long as the SessionLayer.
  IdentityService& identity(std::uint32_t shard);
  Streams& streams(std::uint32_t shard);
  Sessions& sessions(std::uint32_t shard);
  ResumingSockets& resumes(std::uint32_t shard);
  // Lists the open sockets of all shards, see open_sessions.hpp.
  OpenSessions open(std::size_t listed_max);

  // Sets the time for which sessions are parked that lose their connection from now on. Any thread.
  void set_resume_ms(std::uint32_t ms);
  // Ends the parked sessions. From now on sessions end with their connections. Any thread.
  void end_parked();
  // Destroys the sessions that can resume. The shards must not run any more. To be called before
  // the handlers of the protocol are destroyed, because these sessions use them.
  void destroy_resumable();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace serai::session
