#include "rehearsal/match_replay.hpp"

#include <cinttypes>
#include <cstdio>

#include "base/file_io.hpp"
#include "loading/verify.hpp"
#include "rehearsal/module_rehearsal.hpp"
#include "rehearsal/replay.hpp"
#include "release/release.hpp"

namespace serai::rehearsal {
namespace {

namespace fs = std::filesystem;

Error nothing_to_replay(const ExportedEntity& match) {
  return {Errc::failed_precondition,
          "match " + match.id.key +
              " was dumped without messages: it has handled none lately, or "
              "a message has waited for an answer from outside; dump it again a moment later"};
}

bool has_kind(const fs::path& file, const std::string& kind) {
  Result<std::string> bytes = read_file(file, kModuleBytesMax);
  if (!bytes) return false;
  const Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
  return module && module->contract.find_kind(kind) != nullptr;
}

std::string name_of(const abi::RecordedInput& input) {
  switch (input.trigger) {
    case abi::Trigger::rpc:
      return input.handler;
    case abi::Trigger::timer:
      return "timer " + input.timer;
    case abi::Trigger::data:
      return "data " + std::to_string(input.op_code);
    case abi::Trigger::tick:
      return "tick";
    case abi::Trigger::join:
      return "join";
    case abi::Trigger::leave:
      return "leave";
  }
  return {};
}

std::string describe(const abi::RecordedInput& input,
                     std::size_t number,
                     std::int64_t begin_ms,
                     const ReplayStep& step) {
  std::array<char, 64> head{};
  std::snprintf(head.data(),
                head.size(),
                "%4zu  %+8" PRId64 " ms  tick %" PRIu64 "  ",
                number,
                input.now_ms - begin_ms,
                input.tick);
  std::string line = head.data() + name_of(input);
  if (!input.username.empty()) line += " of " + input.username;
  if (step.status != SERAI_OK) {
    return line + ": status " + std::to_string(step.status) + " " + step.error_text;
  }
  const char* separator = ": ";
  for (const EffectText& effect : step.effects) {
    line += separator + effect.action;
    separator = ", ";
  }
  return line;
}

// The reason why the state is not the one of the dump; empty: it is, byte for byte.
std::string judge_end(const ProbeSide& side,
                      int kind,
                      const std::string& expected,
                      const Result<std::string>& state) {
  if (!state) return state.error().detail;
  if (*state == expected) return {};
  const loading::Descriptors& messages = side.descriptors();
  const std::string differs =
      difference(messages, messages, side.kind(kind).state, expected, *state);
  return differs.empty() ? "the same fields, but other bytes" : differs;
}

}  // namespace

Result<fs::path> find_module(const fs::path& release, const std::string& kind) {
  std::error_code ignored;
  if (!fs::is_directory(release, ignored)) return release;
  Result<release::Release> found = release::read_release(release);
  if (!found) return found.error();
  for (const release::ReleaseModule& module : found->modules) {
    const fs::path file = found->folder / module.file;
    if (has_kind(file, kind)) return file;
  }
  return {Errc::not_found, found->name + " has no module with kind " + kind};
}

Result<MatchReplay> replay_match(const ExportedEntity& match, const fs::path& module) {
  if (!match.recording) return nothing_to_replay(match);
  const abi::Recording& recording = *match.recording;
  Result<std::unique_ptr<ProbeSide>> opened = ProbeSide::open(module);
  if (!opened) return opened.error();
  const ProbeSide& side = **opened;
  const int kind = side.kind_index(match.id.kind);
  if (kind < 0) return {Errc::not_found, module.string() + " has no kind " + match.id.kind};
  Result<ProbeSide::Entity> entity =
      side.import_state(kind, match.id.key, recording.schema, recording.state);
  if (!entity) return entity.error();

  const Replay played = replay(side, kind, *entity, match.id.key, recording);
  MatchReplay out;
  for (std::size_t i = 0; i < played.steps.size(); ++i) {
    out.lines.push_back(
        describe(recording.inputs[i], i + 1, recording.inputs.front().now_ms, played.steps[i]));
  }
  if (!played.stopped.empty()) {
    out.difference = "message " + std::to_string(played.steps.size() + 1) + " of " +
                     std::to_string(recording.inputs.size()) + ": the version " + played.stopped;
    return out;
  }
  out.difference =
      judge_end(side, kind, match.state, side.export_state(kind, *entity, match.schema));
  return out;
}

Result<std::string> compare_replays(const ExportedEntity& match,
                                    const fs::path& before,
                                    const fs::path& after,
                                    const ProbeOptions& options) {
  if (!match.recording) return nothing_to_replay(match);
  ProbePlan plan;
  plan.module = match.id.kind;
  plan.new_file = after;
  plan.old_file = before;
  Result<Verdict> verdict = run_probe(plan, options, [&](Probe& probe) {
    probe.feed(match);
    return success();
  });
  if (!verdict) return verdict.error();
  if (!verdict->passed) return verdict->reason;
  if (!verdict->divergences.empty()) return verdict->divergences.front().what;
  return std::string();
}

}  // namespace serai::rehearsal
