// Part: the objects of this folder that belong to one shard. Parts: the parts of all shards, and
// the calls that reach another shard's part. Only .cpp files include this header.
//
// Thread  a Part is used on its own shard only. on() and post_to(): any.
// Owner   SessionLayer owns Parts and destroys it after the shards have stopped.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "runtime/shard/shard.hpp"
#include "session/identity.hpp"
#include "session/outbox.hpp"
#include "session/shard_resumes.hpp"
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
        resumes(context),
        identity(context.options, identity_parts) {}

  runtime::Shard& shard;
  Outbox outbox;
  ShardUsers users;
  ShardStreams streams;
  ShardSessions sessions;
  ShardResumes resumes;
  ShardIdentity identity;
};

class Parts {
 public:
  void add(std::unique_ptr<Part> part) { parts_.push_back(std::move(part)); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(parts_.size()); }
  Part& at(std::uint32_t shard) { return *parts_[shard]; }

  // Runs the work on the shard: at once when it is the current shard, so that nothing waits without
  // need, and by post() otherwise.
  template <class PartWork>
  void on(std::uint32_t shard, PartWork work) {
    if (at(shard).shard.is_current()) {
      work(at(shard));
    } else {
      post_to(shard, std::move(work));
    }
  }

  // Posts the work, also to the current shard.
  template <class PartWork>
  void post_to(std::uint32_t shard, PartWork work) {
    Part& part = at(shard);
    part.shard.post([&part, work = std::move(work)]() mutable { work(part); });
  }

 private:
  std::vector<std::unique_ptr<Part>> parts_;
};

}  // namespace serai::session
