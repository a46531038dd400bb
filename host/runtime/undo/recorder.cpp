#include "runtime/undo/recorder.hpp"

namespace serai::runtime {

void Recorder::append(const Input& input,
                      const abi::ConfigReads& config,
                      std::int64_t now_ms,
                      std::uint64_t tick) {
  if (gap_) return;
  if (inputs_.full()) {
    gap_ = true;
  } else {
    inputs_.append(input, config, now_ms, tick);
  }
}

void Recorder::at(const Snapshot& snapshot) {
  if (!gap_ && !inputs_.full()) return;
  gap_ = false;
  start_ = snapshot;
  inputs_.clear();
}

std::optional<abi::Recording> Recorder::recording() const {
  if (gap_ || inputs_.empty()) return std::nullopt;
  abi::Recording out{start_.schema, start_.bytes, start_.generator, {}};
  out.inputs.reserve(inputs_.size());
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const InputLog::LoggedInput logged = inputs_.at(i);
    abi::RecordedInput input;
    input.trigger = logged.trigger;
    if (logged.handler != nullptr) input.handler = *logged.handler;
    input.timer = logged.timer;
    input.op_code = logged.op_code;
    input.now_ms = logged.now_ms;
    input.tick = logged.tick;
    if (!logged.user_id.is_nil()) input.user_id = logged.user_id.text();
    if (!logged.session_id.is_nil()) input.session_id = logged.session_id.text();
    input.username = logged.username;
    input.caller_kind = logged.caller_kind;
    input.caller_key = logged.caller_key;
    input.payload = logged.payload;
    input.config.assign(logged.config.begin(), logged.config.end());
    out.inputs.push_back(std::move(input));
  }
  return out;
}

}  // namespace serai::runtime
