#include "runtime/undo/input_log.hpp"

namespace serai::runtime {
namespace {

std::uint32_t length(std::string_view text) { return static_cast<std::uint32_t>(text.size()); }

}  // namespace

void InputLog::append(const Input& input,
                      const abi::ConfigReads& config,
                      std::int64_t now_ms,
                      std::uint64_t tick) {
  const auto begin = static_cast<std::uint32_t>(texts_.size());
  entries_.push_back({input.trigger,
                      input.handler,
                      input.op_code,
                      now_ms,
                      tick,
                      input.user_id,
                      input.session_id,
                      begin,
                      length(input.timer),
                      length(input.payload),
                      length(input.username),
                      length(input.caller.kind),
                      length(input.caller.key),
                      static_cast<std::uint32_t>(reads_.size()),
                      static_cast<std::uint32_t>(config.size())});
  texts_ += input.timer;
  texts_ += input.payload;
  texts_ += input.username;
  texts_ += input.caller.kind;
  texts_ += input.caller.key;
  for (const abi::ConfigRead& read : config) {
    reads_bytes_ += sizeof(read) + read.key.size() + (read.value ? read.value->size() : 0);
    reads_.push_back(read);
  }
}

void InputLog::clear() {
  entries_.clear();
  texts_.clear();
  reads_.clear();
  reads_bytes_ = 0;
}

InputLog::LoggedInput InputLog::at(std::size_t index) const {
  const Entry& entry = entries_[index];
  LoggedInput logged;
  logged.trigger = entry.trigger;
  logged.handler = entry.handler;
  logged.op_code = entry.op_code;
  logged.now_ms = entry.now_ms;
  logged.tick = entry.tick;
  logged.user_id = entry.user_id;
  logged.session_id = entry.session_id;
  std::string_view rest = std::string_view(texts_).substr(entry.begin);
  const auto next = [&rest](std::uint32_t size) {
    const std::string_view out = rest.substr(0, size);
    rest.remove_prefix(size);
    return out;
  };
  logged.timer = next(entry.timer);
  logged.payload = next(entry.payload);
  logged.username = next(entry.username);
  logged.caller_kind = next(entry.caller_kind);
  logged.caller_key = next(entry.caller_key);
  logged.config = std::span(reads_).subspan(entry.reads_begin, entry.reads);
  return logged;
}

}  // namespace serai::runtime
