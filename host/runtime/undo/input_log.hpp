// InputLog: the messages an entity has handled since its last snapshot. After a failed handler the
// state is restored from snapshot and log, so no copy of the state per message is needed.
//
// A replay depends on determinism: a handler sees only its message, the time in it, the entity's
// generator, the configuration it read, and that the host granted what it asked for. A run that
// waited for an answer, or was refused something, has seen more, so the entity takes a new snapshot
// after it.
//
// Units   bytes; bounded by kBytesMax and kRecordsMax, after which the entity takes a new snapshot.
// Thread  the shard's.
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
  static constexpr std::size_t kRecordsMax = 256;
  static constexpr std::size_t kBytesMax = 32 * 1024;

  // The parts of a message that a replay needs.
  struct Record {
    abi::Trigger trigger = abi::Trigger::rpc;
    const std::string* handler = nullptr;
    std::int64_t op_code = 0;
    std::int64_t now_ms = 0;
    std::uint64_t tick = 0;
    Uuid user_id;
    Uuid session_id;
    std::string_view timer, payload, username, caller_kind, caller_key;  // into the log
    std::span<const abi::ConfigRead> config;                             // likewise
  };

  void append(const Input& input,
              const abi::ConfigReads& config,
              std::int64_t now_ms,
              std::uint64_t tick);
  void clear();
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  bool full() const {
    return entries_.size() >= kRecordsMax || texts_.size() + reads_bytes_ >= kBytesMax;
  }
  Record at(std::size_t index) const;

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
