// A runtime on manually driven shards, with a memory store and recorded streams.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "base/keyed_hash.hpp"
#include "runtime/runtime.hpp"
#include "support/counter_module.hpp"
#include "support/memory_store.hpp"
#include "support/recorded_log.hpp"
#include "support/recorded_metrics.hpp"

namespace serai::testing {

// Fixes the hash key before main(), so that a shard walks its tables in the same order in every
// run. A test that needs "this one moved before that one" then always sees it, or never.
inline const bool kTableOrderIsFixed = [] {
  fix_hash_key(1);
  return true;
}();

struct RecordedStreams final : Streams {
  struct Sent {
    StreamId stream;
    std::int64_t op_code;
    std::string data;
    bool everybody;
  };
  std::map<StreamId, std::vector<Presence>> groups;
  std::vector<Sent> sent;
  std::vector<StreamId> closed;
  std::vector<Notification> notifications;
  std::vector<std::pair<Uuid, Error>> refused;  // match data: the sender, and the refusal

  bool join(const StreamId& stream, const Presence& presence) override {
    if (contains(stream, presence.session_id)) return false;
    groups[stream].push_back(presence);
    return true;
  }
  bool leave(const StreamId& stream, const Uuid& session, LeaveReason) override {
    return std::erase_if(groups[stream],
                         [&](const Presence& p) { return p.session_id == session; }) > 0;
  }
  void close(const StreamId& stream) override {
    groups.erase(stream);
    closed.push_back(stream);
  }
  std::vector<Presence> members(const StreamId& stream) const override {
    const auto found = groups.find(stream);
    return found == groups.end() ? std::vector<Presence>{} : found->second;
  }
  std::uint32_t size(const StreamId& stream) const override {
    return static_cast<std::uint32_t>(members(stream).size());
  }
  std::uint32_t send_match_data(const StreamId& stream,
                                const MatchData& data,
                                std::optional<std::span<const Uuid>> targets) override {
    sent.push_back({stream, data.op_code, std::string(data.data), !targets.has_value()});
    const auto is_meant = [&](const Presence& member) {
      return !targets || std::ranges::find(*targets, member.session_id) != targets->end();
    };
    return static_cast<std::uint32_t>(std::ranges::count_if(members(stream), is_meant));
  }
  void refuse_match_data(const SocketAddress& sender, const Error& why) override {
    refused.emplace_back(sender.session_id, why);
  }
  void notify(const Notification& notification) override { notifications.push_back(notification); }
  void disconnect(const Uuid&, std::string_view) override {}
};

struct ManualShards final : runtime::Shards {
  ManualShards(std::uint32_t how_many, const Clock& clock) {
    for (std::uint32_t i = 0; i < how_many; ++i)
      all.push_back(std::make_unique<runtime::Shard>(i, clock));
  }
  std::uint32_t count() const override { return static_cast<std::uint32_t>(all.size()); }
  runtime::Shard& at(std::uint32_t index) override { return *all[index]; }
  bool run_ready() {
    bool ran = false;
    for (auto& shard : all) ran |= shard->run_ready();
    return ran;
  }
  std::vector<std::unique_ptr<runtime::Shard>> all;
};

struct ModuleConfigMap final : runtime::ModuleConfig {
  std::map<std::string, std::string, std::less<>> values;

  std::optional<std::string> get(std::string_view, std::string_view key) const override {
    const auto found = values.find(key);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
};

struct World {
  explicit World(std::uint32_t shard_count = 3, bool start = true) : shards(shard_count, clock) {
    build();
    if (start) begin();
  }

  // A crash: everything in memory is gone, the store stays.
  void restart() {
    runtime.reset();
    shards.all.clear();
    for (std::uint32_t i = 0; i < 3; ++i)
      shards.all.push_back(std::make_unique<runtime::Shard>(i, clock));
    streams = {};
    build();
    begin();
  }

  void build() {
    runtime::RuntimeOptions options;
    options.seed = 7;
    options.limits = limits;
    options.pump = [this] {
      if (!shards.run_ready()) clock.advance_ms(1);
    };
    runtime = std::make_unique<runtime::Runtime>(
        runtime::Environment{shards, store, store, clock, config, Log(log), *metrics, options});
    runtime->set_streams([this](std::uint32_t) -> Streams& { return streams; });
  }
  void begin() {
    std::vector<std::unique_ptr<abi::Generation>> modules;
    modules.push_back(make_counter_module(runtime->next_generation_id(), 1, {}, at_tick, edit_v1));
    SERAI_ASSERT(runtime->install(std::move(modules)).ok());
    if (crash) runtime->count_crash(*std::exchange(crash, std::nullopt));
    SERAI_ASSERT(runtime->start().ok());
    settle();
  }

  void settle() {
    while (shards.run_ready()) {
    }
  }
  void advance(std::int64_t ms) {
    for (; ms > 0; ms -= 5) {
      clock.advance_ms(std::min<std::int64_t>(5, ms));
      settle();
    }
  }
  void on(std::uint32_t shard, Work work) {
    shards.at(shard).post(std::move(work));
    settle();
  }

  // Begins an RPC of a player; the answer appears in the returned slot.
  using Slot = std::shared_ptr<std::optional<RpcAnswer>>;  // the test and the answer's callback
  Slot begin_rpc(const std::string& id,
                 const std::string& payload,
                 const Uuid& player,
                 const std::string& idem = {},
                 std::uint32_t shard = 0) {
    auto slot = std::make_shared<std::optional<RpcAnswer>>();
    RpcRequest request{id, payload, {player, "ann", {}}, idem};
    on(shard, [this, request, slot]() mutable {
      runtime->rpc(std::move(request),
                   [slot](RpcAnswer answer) { slot->emplace(std::move(answer)); });
    });
    return slot;
  }
  // The answer's text, or "!<code> <detail>".
  static std::string text(const Slot& slot) {
    if (!slot->has_value()) return "?";
    const Result<std::string>& answer = (*slot)->payload;
    return answer ? *answer
                  : "!" + std::to_string(static_cast<int>(answer.error().code)) + " " +
                        answer.error().detail;
  }
  std::string rpc(const std::string& id,
                  const std::string& payload,
                  const Uuid& player,
                  const std::string& idem = {},
                  std::uint32_t shard = 0) {
    return text(begin_rpc(id, payload, player, idem, shard));
  }

  Result<MoveReport> swap_to(int version,
                             abi::MovePolicy policy = {},
                             std::function<void()> at_import = {},
                             const EditManifest& edit = {}) {
    std::vector<std::unique_ptr<abi::Generation>> modules;
    modules.push_back(make_counter_module(
        runtime->next_generation_id(), version, std::move(at_import), at_tick, edit));
    modules.back()->policy = policy;
    return runtime->switch_to(std::move(modules));
  }

  std::uint64_t entities_on(std::string_view version) const {
    std::uint64_t count = 0;
    for (const GenerationFigures& figures : runtime->figures()) {
      if (figures.version == version) count += figures.entities;
    }
    return count;
  }

  std::function<void(std::string_view)> at_tick;  // of arenas; set before begin()
  runtime::RuntimeLimits limits;                  // likewise; set before build()
  Metrics* metrics = &no_metrics();               // likewise
  EditManifest edit_v1;                           // likewise
  std::optional<runtime::TimerCrash> crash;       // likewise
  ManualClock clock;
  MemoryStore store;
  ModuleConfigMap config;
  RecordedLog log;
  RecordedStreams streams;
  ManualShards shards;
  std::unique_ptr<runtime::Runtime> runtime;
};

inline Uuid player(std::uint64_t number) { return Uuid::from_random(number, number * 77); }
inline const Uuid kAnn = player(1);

inline constexpr abi::MovePolicy kDrain{abi::MovePolicy::Kind::drain, 0};
inline constexpr abi::MovePolicy kCanary{abi::MovePolicy::Kind::canary, 20};

}  // namespace serai::testing
