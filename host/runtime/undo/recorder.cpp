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
    const InputLog::Record record = inputs_.at(i);
    abi::RecordedInput input;
    input.trigger = record.trigger;
    if (record.handler != nullptr) input.handler = *record.handler;
    input.timer = record.timer;
    input.op_code = record.op_code;
    input.now_ms = record.now_ms;
    input.tick = record.tick;
    if (!record.user_id.is_nil()) input.user_id = record.user_id.text();
    if (!record.session_id.is_nil()) input.session_id = record.session_id.text();
    input.username = record.username;
    input.caller_kind = record.caller_kind;
    input.caller_key = record.caller_key;
    input.payload = record.payload;
    input.config.assign(record.config.begin(), record.config.end());
    out.inputs.push_back(std::move(input));
  }
  return out;
}

}  // namespace serai::runtime
