#include "rehearsal/recording_wire.hpp"

namespace serai::rehearsal {
namespace {

constexpr auto kTriggerMax = static_cast<std::uint64_t>(abi::Trigger::timer);

}  // namespace

void pack_recording(Packer& out, const abi::Recording& recording) {
  out.number(recording.schema).text(recording.state);
  out.number(recording.generator.seed).number(recording.generator.counter);
  out.number(recording.inputs.size());
  for (const abi::RecordedInput& input : recording.inputs) {
    out.number(static_cast<std::uint64_t>(input.trigger)).text(input.handler).text(input.timer);
    out.number(static_cast<std::uint64_t>(input.op_code));
    out.number(static_cast<std::uint64_t>(input.now_ms)).number(input.tick);
    out.text(input.user_id).text(input.session_id).text(input.username);
    out.text(input.caller_kind).text(input.caller_key).text(input.payload);
    out.number(input.config.size());
    for (const abi::ConfigRead& read : input.config) {
      out.text(read.key).number(read.value ? 1 : 0).text(read.value.value_or(""));
    }
  }
}

abi::Recording unpack_recording(Unpacker& in) {
  abi::Recording recording;
  recording.schema = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  recording.state = in.text();
  recording.generator.seed = in.number();
  recording.generator.counter = in.number();
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    abi::RecordedInput& input = recording.inputs.emplace_back();
    input.trigger = static_cast<abi::Trigger>(in.number(kTriggerMax));
    input.handler = in.text();
    input.timer = in.text();
    input.op_code = static_cast<std::int64_t>(in.number());
    input.now_ms = static_cast<std::int64_t>(in.number());
    input.tick = in.number();
    input.user_id = in.text();
    input.session_id = in.text();
    input.username = in.text();
    input.caller_kind = in.text();
    input.caller_key = in.text();
    input.payload = in.text();
    for (std::uint64_t reads = in.number(); reads > 0 && in.ok(); --reads) {
      abi::ConfigRead& read = input.config.emplace_back();
      read.key = in.text();
      const bool set = in.number(1) != 0;
      read.value = in.text();
      if (!set) read.value.reset();
    }
  }
  return recording;
}

}  // namespace serai::rehearsal
