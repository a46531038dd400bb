// PartContext: the objects that the parts of one shard use.
//
// Thread  OnlineUsers, PlayerCounts, SessionLimits, SessionMetrics and ResumeShared are shared by
//         all shards.
// Owner   borrows all of them; they outlive the parts.
#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "ports/sessions.hpp"
#include "ports/streams.hpp"
#include "runtime/shard/shard.hpp"
#include "session/metrics.hpp"
#include "session/online_users.hpp"
#include "session/options.hpp"
#include "session/player_counts.hpp"
#include "session/resume_shared.hpp"
#include "session/session_limits.hpp"

namespace serai::session {

class Parts;

struct PartContext {
  runtime::Shard& shard;
  std::uint32_t shard_count;
  const SessionOptions& options;
  const Clock& clock;
  const EnvelopeCodec& codec;
  MatchLeaveListener& match_leaves;
  OnlineUsers& online;
  PlayerCounts& players;
  const SessionLimits& limits;
  SessionMetrics& metrics;
  ResumeShared& resume;
  Log log;
  Parts& parts;
};

}  // namespace serai::session
