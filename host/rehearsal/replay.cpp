#include "rehearsal/replay.hpp"

#include <algorithm>
#include <set>

#include "rehearsal/replayed_call.hpp"

namespace serai::rehearsal {
namespace {

serai_str view(std::string_view text) { return {text.data(), text.size()}; }

// The number of the input's handler in this version; -1: there is none.
int find_handler(const abi::ModuleContract& contract, int kind, const abi::RecordedInput& input) {
  for (std::size_t i = 0; i < contract.handlers.size(); ++i) {
    const abi::HandlerContract& handler = contract.handlers[i];
    if (handler.trigger != input.trigger || handler.kind_index != kind) continue;
    if (handler.trigger == abi::Trigger::rpc && handler.name != input.handler) continue;
    if (handler.trigger == abi::Trigger::timer && handler.name != input.timer) continue;
    if (handler.trigger == abi::Trigger::data && handler.op_code != input.op_code) continue;
    return static_cast<int>(i);
  }
  return -1;
}

serai_message message_of(const abi::RecordedInput& input,
                         const abi::KindContract& kind,
                         std::string_view key,
                         int handler) {
  serai_message message{};
  message.struct_size = sizeof(message);
  message.handler = static_cast<std::uint32_t>(handler);
  message.entity_kind = view(kind.name);
  message.entity_key = view(key);
  message.user_id = view(input.user_id);
  message.username = view(input.username);
  message.session_id = view(input.session_id);
  message.caller_kind = view(input.caller_kind);
  message.caller_key = view(input.caller_key);
  message.payload = {input.payload.data(), input.payload.size()};
  message.now_ms = input.now_ms;
  message.tick = input.tick;
  message.op_code = input.trigger == abi::Trigger::data ? input.op_code : 0;
  const bool timer = input.trigger == abi::Trigger::timer;
  message.timer_id = timer ? static_cast<std::uint64_t>(input.op_code) : 0;
  return message;
}

std::string status_text(const ReplayStep& step) {
  if (step.status == SERAI_OK) return "succeeds";
  const std::string why = step.error_text.empty() ? "" : " (" + step.error_text + ")";
  return "fails with status " + std::to_string(step.status) + why;
}

// Compares the results of one message in both versions. The result is the first difference; empty:
// there is none.
class StepComparison {
 public:
  StepComparison(const ProbeSide& live, const ProbeSide& next) : live_(live), next_(next) {}

  std::string compare(const abi::HandlerContract& handler,
                      const ReplayStep& before,
                      const ReplayStep& after) const {
    if (before.status != after.status) {
      return status_text(after) + ", where the live version " + status_text(before);
    }
    const std::string reply = payloads(handler.reply, before.reply, after.reply);
    return reply.empty() ? effects(before.effects, after.effects) : "reply: " + reply;
  }

 private:
  std::string payloads(const std::string& message,
                       const std::string& before,
                       const std::string& after) const {
    return difference(live_.descriptors(), next_.descriptors(), message, before, after);
  }

  std::string effects(const std::vector<EffectText>& before,
                      const std::vector<EffectText>& after) const {
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      if (i >= after.size()) return "no " + before[i].action;
      if (i >= before.size()) return "one more " + after[i].action;
      if (before[i].action != after[i].action) return before[i].action + " -> " + after[i].action;
      const std::string differs = payloads(before[i].message, before[i].payload, after[i].payload);
      if (!differs.empty()) return before[i].action + ": " + differs;
    }
    return {};
  }

  const ProbeSide& live_;
  const ProbeSide& next_;
};

}  // namespace

Replay replay(const ProbeSide& side,
              int kind,
              const ProbeSide::Entity& entity,
              std::string_view key,
              const abi::Recording& recording) {
  Replay out;
  out.side = &side;
  out.kind = kind;
  Generator generator = recording.generator;
  for (const abi::RecordedInput& input : recording.inputs) {
    const int handler = find_handler(side.contract(), kind, input);
    if (handler < 0) {
      out.stopped = "has no handler for it";
      break;
    }
    ReplayedCall call(side.contract(),
                      side.contract().handlers[static_cast<std::size_t>(handler)],
                      side.descriptors());
    call.now_ms = input.now_ms;
    call.generator = &generator;
    call.config_reads.assign(input.config.begin(), input.config.end());
    ReplayStep step;
    step.status = side.handle(entity, message_of(input, side.kind(kind), key, handler), call);
    if (!call.beyond().empty()) {
      out.stopped = "asks for " + call.beyond();
      break;
    }
    step.error_text = std::move(call.error_text);
    step.reply = std::move(call.reply);
    step.effects = texts_of(call.effects, side.contract(), input.now_ms);
    out.steps.push_back(std::move(step));
    // The runtime would restore the entity's state from before the failed handler. The later
    // messages belong to that state.
    if (out.steps.back().status != SERAI_OK) {
      out.stopped = "fails";
      break;
    }
  }
  return out;
}

std::vector<std::string> divergences(const abi::Recording& recording,
                                     const Replay& before,
                                     const Replay& after) {
  const ProbeSide& live = *before.side;
  const StepComparison comparison(live, *after.side);
  std::vector<std::string> out;
  std::set<int> reported;
  for (std::size_t i = 0; i < before.steps.size(); ++i) {
    const int index = find_handler(live.contract(), before.kind, recording.inputs[i]);
    const abi::HandlerContract& handler = live.contract().handlers[static_cast<std::size_t>(index)];
    const bool ends = i >= after.steps.size();
    const std::string differs = ends ? "the new version " + after.stopped
                                     : comparison.compare(handler, before.steps[i], after.steps[i]);
    if (!differs.empty() && reported.insert(index).second) {
      out.push_back("message " + std::to_string(i + 1) + " of " +
                    std::to_string(recording.inputs.size()) + " (" + handler.name +
                    "): " + differs);
    }
    if (ends) break;
  }
  return out;
}

}  // namespace serai::rehearsal
