// InputLog: the messages that an entity has handled since its last snapshot. After a failed handler
// the state is restored from snapshot and log, so no message costs a copy of the state.
//
// A replay must end in the same state. So a handler depends only on its message, the time in it,
// the entity's generator and the configuration that it reads. Its requests to the host are granted
// again, without an effect. A run that waited for an answer, or whose request was refused, depended
// on more. After such a run the entity takes a new snapshot and the log is cleared.
//
// Bound   kInputsMax messages and kBytesMax bytes, which the last message may exceed. When the log
//         is full, the entity takes a new snapshot.
// Thread  the shard's.
// Owner   owns copies of the messages.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "abi/config_read.hpp"
#include "runtime/mailbox/input.hpp"

namespace serai::runtime {

class InputLog {
 public:
  static constexpr std::size_t kInputsMax = 256;
  static constexpr std::size_t kBytesMax = std::size_t{32} << 10;

  // The parts of a message that a replay needs. The texts borrow from the log until it changes.
  struct LoggedInput {
    abi::Trigger trigger = abi::Trigger::rpc;
    const std::string* handler = nullptr;  // interned; null: not an rpc
    std::int64_t op_code = 0;
    std::int64_t now_ms = 0;
    std::uint64_t tick = 0;
    Uuid user_id;
    Uuid session_id;
    std::string_view timer, payload, username, caller_kind, caller_key;
    std::span<const abi::ConfigRead> config;
  };

  // `config`: the settings that the handler has read. `now_ms`: Unix, the time in its message.
  void append(const Input& input,
              const abi::ConfigReads& config,
              std::int64_t now_ms,
              std::uint64_t tick);
  void clear();
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  bool full() const {
    return entries_.size() >= kInputsMax || texts_.size() + reads_bytes_ >= kBytesMax;
  }
  LoggedInput at(std::size_t index) const;

 private:
  struct Entry {
    abi::Trigger trigger;
    const std::string* handler;
    std::int64_t op_code;
    std::int64_t now_ms;
    std::uint64_t tick;
    Uuid user_id;
    Uuid session_id;
    std::uint32_t begin;                                              // into texts_
    std::uint32_t timer, payload, username, caller_kind, caller_key;  // lengths
    std::uint32_t reads_begin, reads;                                 // of reads_
  };
  std::vector<Entry> entries_;
  std::string texts_;
  std::vector<abi::ConfigRead> reads_;
  std::size_t reads_bytes_ = 0;
};

}  // namespace serai::runtime
