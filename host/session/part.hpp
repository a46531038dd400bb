// Part: all objects of this folder on one shard. Parts: the way from one shard's part to another's.
// Included by .cpp files only.
//
// Thread  each part is touched on its shard alone; on() and post_to() cross over.
// Owner   SessionLayer owns Parts and destroys it after the shards have stopped.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "runtime/shard/shard.hpp"
#include "session/identity.hpp"
#include "session/outbox.hpp"
#include "session/shard_sessions.hpp"
#include "session/shard_streams.hpp"
#include "session/shard_users.hpp"

namespace serai::session {

struct Part {
  Part(const PartContext& context, const IdentityParts& identity_parts)
      : shard(context.shard),
        outbox(context.shard, context.shard_count, context.parts),
        users(context, outbox),
        streams(context, outbox),
        sessions(context),
        identity(context.options, identity_parts) {}

  runtime::Shard& shard;
  Outbox outbox;
  ShardUsers users;
  ShardStreams streams;
  ShardSessions sessions;
  ShardIdentity identity;
};

class Parts {
 public:
  void add(std::unique_ptr<Part> part) { parts_.push_back(std::move(part)); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(parts_.size()); }
  Part& at(std::uint32_t shard) { return *parts_[shard]; }

  // Runs the work at once on the current shard, so that nothing waits without need. Posts it to any
  // other.
  template <class PartWork>
  void on(std::uint32_t shard, PartWork work) {
    if (at(shard).shard.is_current()) {
      work(at(shard));
    } else {
      post_to(shard, std::move(work));
    }
  }

  template <class PartWork>
  void post_to(std::uint32_t shard, PartWork work) {
    Part& part = at(shard);
    part.shard.post([&part, work = std::move(work)]() mutable { work(part); });
  }

 private:
  std::vector<std::unique_ptr<Part>> parts_;
};

}  // namespace serai::session
