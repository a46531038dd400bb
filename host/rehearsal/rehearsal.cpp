#include "rehearsal/rehearsal.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace serai::rehearsal {
namespace {

using Steady = std::chrono::steady_clock;

std::int64_t microseconds(Steady::duration took) {
  return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
}

std::atomic<const char*> current_step{"start"};

void begin(const char* step) { current_step.store(step, std::memory_order_relaxed); }

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

Error at_step(const Error& error) {
  return {error.code, std::string(current_step.load()) + ": " + error.detail};
}

}  // namespace

const char* Rehearsal::step() { return current_step.load(std::memory_order_relaxed); }

bool Rehearsal::may_differ(const std::string& kind) const {
  const auto& allow = options_.allow;
  return std::find(allow.begin(), allow.end(), "roundtrip:" + kind) != allow.end();
}

Result<> Rehearsal::self_test() const {
  begin("self-test");
  Result<> tested = next_.self_test();
  return tested ? tested : Result<>(at_step(tested.error()));
}

Result<> Rehearsal::fresh_entities() const {
  for (std::size_t i = 0; i < next_.contract().kinds.size(); ++i) {
    const int kind = static_cast<int>(i);
    begin("create of a fresh entity");
    Result<ProbeSide::Entity> made = next_.create(kind, "probe");
    if (!made) continue;  // a kind may refuse a key that it did not choose
    for (const std::uint32_t schema : next_.kind(kind).writes) {
      if (Result<> done = round_trip(kind, *made, schema); !done) return done;
    }
  }
  return success();
}

Result<> Rehearsal::round_trip(int kind,
                               const ProbeSide::Entity& entity,
                               std::uint32_t schema) const {
  const abi::KindContract& contract = next_.kind(kind);
  begin("export of a fresh entity");
  Result<std::string> state = next_.export_state(kind, entity, schema);
  if (!state) return at_step(state.error());
  if (!contract.reads(schema)) return success();
  begin("import of a fresh entity");
  Result<ProbeSide::Entity> again = next_.import_state(kind, "probe", schema, *state);
  if (!again) return at_step(again.error());
  begin("export of an imported fresh entity");
  Result<std::string> second = next_.export_state(kind, *again, schema);
  if (!second) return at_step(second.error());
  // An import from an older schema upgrades the state, which may then differ.
  if (schema != contract.schema || may_differ(contract.name)) return success();
  const std::string differs =
      difference(next_.descriptors(), next_.descriptors(), contract.state, *state, *second);
  if (differs.empty()) return success();
  return {Errc::failed_precondition,
          "kind " + contract.name + ": a state differs after export and import: " + differs};
}

// The state in a schema that the new version reads. When it reads the entity's schema, that is the
// state as it is. Else the live version exports the state in a common schema. For a live entity it
// always does, as in the switch. For a stored entity it does only when the new version does not
// read the live schema: then the commit rewrites all records of the kind.
Result<Rehearsal::Handed> Rehearsal::hand_over(const ExportedEntity& entity,
                                               int kind,
                                               int live_kind) const {
  const abi::KindContract& to = next_.kind(kind);
  if (to.reads(entity.schema)) return Handed{entity.schema, entity.state};
  const bool is_handed = live_kind >= 0 && live_->kind(live_kind).reads(entity.schema) &&
                         (entity.live || !to.reads(live_->kind(live_kind).schema));
  const std::optional<std::uint32_t> schema =
      is_handed ? live_->kind(live_kind).best_for(to) : std::nullopt;
  if (!schema) {
    return {Errc::failed_precondition,
            "the state is in schema " + std::to_string(entity.schema) + ", the new version reads " +
                std::to_string(to.reads_min) + " to " + std::to_string(to.reads_max)};
  }
  begin("import by the live version");
  Result<ProbeSide::Entity> there =
      live_->import_state(live_kind, entity.id.key, entity.schema, entity.state);
  if (!there) return at_step(there.error());
  begin("export by the live version");
  Result<std::string> state = live_->export_state(live_kind, *there, *schema);
  if (!state) return at_step(state.error());
  return Handed{*schema, *std::move(state)};
}

Result<Rehearsal::Cost> Rehearsal::rehearse(const ExportedEntity& entity) const {
  const int kind = next_.kind_index(entity.id.kind);
  if (kind < 0) return {Errc::failed_precondition, "the new version has no kind " + entity.id.kind};
  const int live_kind = live_ == nullptr ? -1 : live_->kind_index(entity.id.kind);
  begin("hand-over");
  Result<Handed> handed = hand_over(entity, kind, live_kind);
  if (!handed) return at_step(handed.error());
  begin("import");
  Cost cost;
  const auto began = Steady::now();
  Result<ProbeSide::Entity> imported =
      next_.import_state(kind, entity.id.key, handed->schema, handed->state);
  const auto between = Steady::now();
  if (!imported) return at_step(imported.error());
  begin("export");
  Result<std::string> exported = next_.export_state(kind, *imported, next_.kind(kind).schema);
  if (!exported) return at_step(exported.error());
  cost.import_us = microseconds(between - began);
  cost.export_us = microseconds(Steady::now() - between);
  if (live_kind < 0) return cost;
  // A record that the live version cannot read has no way back. A newer version has left it, whose
  // swap was undone by a crash.
  if (!options_.irreversible && live_->kind(live_kind).reads(entity.schema)) {
    if (Result<> back = go_back(entity, kind, live_kind, *imported, cost); !back) {
      return back.error();
    }
  }
  if (entity.recording) {
    if (Result<> compared = compare_replays(entity, kind, live_kind, cost); !compared) {
      return compared.error();
    }
  }
  return cost;
}

// The state of the new version's entity after a way back to the live version.
Result<std::string> Rehearsal::back_as_live(const ExportedEntity& entity,
                                            int kind,
                                            int live_kind,
                                            const ProbeSide::Entity& next) const {
  const abi::KindContract& live = live_->kind(live_kind);
  const std::optional<std::uint32_t> common = next_.kind(kind).best_for(live);
  begin("export in the old schema");
  if (!common)
    return at_step(
        {Errc::failed_precondition,
         "the new version writes no schema that the old one reads: add one to \"writes\""});
  const std::uint32_t schema = *common;
  Result<std::string> backwards = next_.export_state(kind, next, schema);
  if (!backwards) return at_step(backwards.error());
  begin("import by the old version");
  Result<ProbeSide::Entity> old = live_->import_state(live_kind, entity.id.key, schema, *backwards);
  if (!old) return at_step(old.error());
  begin("export by the old version");
  Result<std::string> after = live_->export_state(live_kind, *old, live.schema);
  if (!after) return at_step(after.error());
  return after;
}

Result<> Rehearsal::go_back(const ExportedEntity& entity,
                            int kind,
                            int live_kind,
                            const ProbeSide::Entity& imported,
                            Cost& cost) const {
  const abi::KindContract& live = live_->kind(live_kind);
  Result<std::string> after = back_as_live(entity, kind, live_kind, imported);
  if (!after) return after.error();

  // Both states are compared as the old version exports them, because the entity's own state may be
  // in an older schema.
  begin("old version, untouched state");
  Result<ProbeSide::Entity> untouched =
      live_->import_state(live_kind, entity.id.key, entity.schema, entity.state);
  if (!untouched) return at_step(untouched.error());
  Result<std::string> before = live_->export_state(live_kind, *untouched, live.schema);
  if (!before) return at_step(before.error());
  begin("comparison");
  std::string differs =
      difference(live_->descriptors(), next_.descriptors(), live.state, *before, *after);
  if (differs.empty() || may_differ(live.name)) {
    cost.difference = std::move(differs);
    return success();
  }
  return {Errc::failed_precondition,
          "after the swap and back the state differs: " + differs +
              " (if meant so: \"roundtrip:" + live.name + "\" in \"allow_breaking\")"};
}

// Imports the state into this version, and replays the recording on it.
Result<Rehearsal::Played> Rehearsal::play(const ProbeSide& side,
                                          int kind,
                                          const ExportedEntity& entity,
                                          const Handed& from) const {
  begin(&side == &next_ ? "replay" : "replay by the live version");
  Played played;
  Result<ProbeSide::Entity> made = side.import_state(kind, entity.id.key, from.schema, from.state);
  if (!made) return at_step(made.error());
  played.entity = *std::move(made);
  played.replay = replay(side, kind, played.entity, entity.id.key, *entity.recording);
  return played;
}

Result<> Rehearsal::compare_replays(const ExportedEntity& entity,
                                    int kind,
                                    int live_kind,
                                    Cost& cost) const {
  const abi::Recording& recording = *entity.recording;
  const abi::KindContract& contract = live_->kind(live_kind);
  Result<Played> was = play(*live_, live_kind, entity, {recording.schema, recording.state});
  if (!was) return was.error();
  Result<std::string> now = live_->export_state(live_kind, was->entity, contract.schema);
  if (!now) return at_step(now.error());
  const loading::Descriptors& messages = live_->descriptors();
  const std::string strays = difference(messages, messages, contract.state, entity.state, *now);
  if (!was->replay.stopped.empty() || !strays.empty()) {
    cost.divergence = "the live version does not reproduce its recording: " +
                      (strays.empty() ? was->replay.stopped : strays);
    return success();  // there is no result to compare the new version with
  }

  Result<Handed> handed =
      hand_over({entity.id, recording.schema, recording.state, true, {}}, kind, live_kind);
  if (!handed) return at_step(handed.error());
  Result<Played> next = play(next_, kind, entity, *handed);
  if (!next) return next.error();
  cost.replayed = was->replay.steps.size();
  std::vector<std::string> found = divergences(recording, was->replay, next->replay);
  if (!options_.irreversible && next->replay.stopped.empty()) {
    Result<std::string> end = back_as_live(entity, kind, live_kind, next->entity);
    if (!end) return end.error();
    std::string differs = difference(messages, next_.descriptors(), contract.state, *now, *end);
    if (!differs.empty()) found.push_back("the state in the end: " + std::move(differs));
  }
  cost.divergence = joined(found);
  return success();
}

}  // namespace serai::rehearsal
