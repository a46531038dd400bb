#include "session/layer.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "session/part.hpp"

namespace serai::session {
namespace {

// An executor for a thread that is not a shard. The thread runs the posted work itself, and so
// waits for an answer of the store.
class WaitingExecutor final : public Executor {
 public:
  void post(Work work) override {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
    posted_.notify_one();
  }

  void run_one() {
    std::unique_lock lock(mutex_);
    posted_.wait(lock, [this] { return !waiting_.empty(); });
    Work work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
  }

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<Work> waiting_;  // guarded by mutex_
};

// Applies the revocation on one shard after the other, then runs `done` on the asking shard. The
// posted work owns the record, so no state is shared.
void share_from(
    Parts& parts, std::uint32_t next, std::uint32_t asking, RevokedToken record, Work done) {
  if (next == parts.count()) {
    return parts.on(asking, [done = std::move(done)](Part&) mutable { done(); });
  }
  parts.on(next,
           [&parts, next, asking, record = std::move(record), done = std::move(done)](
               Part& part) mutable {
             part.identity.learn(record);
             part.users.revoked(record);
             share_from(parts, next + 1, asking, std::move(record), std::move(done));
           });
}

}  // namespace

struct SessionLayer::Inside final : IdentityPeers {
  Inside(SessionOptions given,
         AccountStore& the_store,
         const Clock& the_clock,
         Log the_log,
         Metrics& registry)
      : options(std::move(given)),
        store(the_store),
        clock(the_clock),
        log(the_log),
        metrics(registry),
        limits(options, registry),
        resume(options.resume, metrics.resume_bytes),
        guesses(options.guesses),
        hashing(options.hash_threads, options.hash_queue_max) {}

  void share(std::uint32_t asking_shard, RevokedToken record, Work done) override {
    share_from(parts, 0, asking_shard, std::move(record), std::move(done));
  }
  void disconnect(std::uint32_t asking_shard, const Uuid& user, std::string reason) override {
    parts.at(asking_shard).streams.disconnect(user, reason);
  }

  SessionOptions options;
  AccountStore& store;
  const Clock& clock;
  Log log;
  SessionMetrics metrics;
  SessionLimits limits;
  OnlineUsers online;
  PlayerCounts players;
  ResumeShared resume;
  GuessLimits guesses;
  Parts parts;
  HashPool hashing;  // after parts: its threads end before the parts are destroyed
};

// NOLINTNEXTLINE(readability-function-size): the only caller, app, has a named object for each
SessionLayer::SessionLayer(SessionOptions options,
                           runtime::Shards& shards,
                           AccountStore& store,
                           const Clock& clock,
                           Log log,
                           Metrics& metrics,
                           const EnvelopeCodec& codec,
                           MatchLeaveListener& match_leaves)
    : inside_(std::make_unique<Inside>(std::move(options), store, clock, log, metrics)) {
  Inside& in = *inside_;
  for (std::uint32_t i = 0; i < shards.count(); ++i) {
    runtime::Shard& shard = shards.at(i);
    SERAI_ASSERT(shard.index() == i);
    const PartContext context{shard,
                              shards.count(),
                              in.options,
                              clock,
                              codec,
                              match_leaves,
                              in.online,
                              in.players,
                              in.limits,
                              in.metrics,
                              in.resume,
                              log,
                              in.parts};
    in.parts.add(std::make_unique<Part>(
        context,
        IdentityParts{shard, store, clock, in.hashing, in.guesses, in.limits, in.metrics, in}));
  }
}

SessionLayer::~SessionLayer() = default;

Result<> SessionLayer::start() {
  Inside& in = *inside_;
  WaitingExecutor here;
  std::optional<Result<std::vector<RevokedToken>>> loaded;
  in.store.revoked(in.clock.now_ms() / 1000, here, [&](Result<std::vector<RevokedToken>> answer) {
    loaded = std::move(answer);
  });
  while (!loaded) here.run_one();
  if (!*loaded) return loaded->error();
  for (const RevokedToken& record : **loaded) {
    for (std::uint32_t i = 0; i < in.parts.count(); ++i) in.parts.at(i).identity.learn(record);
  }
  in.log.info("session.revocations_loaded", {{"count", (**loaded).size()}});
  return success();
}

IdentityService& SessionLayer::identity(std::uint32_t shard) {
  return inside_->parts.at(shard).identity;
}
Streams& SessionLayer::streams(std::uint32_t shard) { return inside_->parts.at(shard).streams; }
Sessions& SessionLayer::sessions(std::uint32_t shard) { return inside_->parts.at(shard).sessions; }
ResumingSockets& SessionLayer::resumes(std::uint32_t shard) {
  return inside_->parts.at(shard).resumes;
}

void SessionLayer::set_resume_ms(std::uint32_t ms) { inside_->resume.keep_ms = ms; }

void SessionLayer::end_parked() {
  Parts& parts = inside_->parts;
  for (std::uint32_t i = 0; i < parts.count(); ++i) {
    parts.post_to(i, [](Part& part) { part.resumes.shut_down(); });
  }
}

void SessionLayer::destroy_resumable() {
  Parts& parts = inside_->parts;
  for (std::uint32_t i = 0; i < parts.count(); ++i) parts.at(i).resumes.destroy_all();
}

OpenSessions SessionLayer::open(std::size_t listed_max) {
  return open_sessions(inside_->parts, listed_max);
}

}  // namespace serai::session
