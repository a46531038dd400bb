// ResumeBuffer: the latest numbered messages to one client, which it may have missed when its
// connection broke. The oldest are dropped when the buffer would exceed a bound.
//
// Units   messages, bytes, milliseconds of the steady clock. Each message also counts for
//         kEntryBytes, so that small messages are not free.
// Thread  the shard's.
// Owner   ResumableSocket. The buffer shares the bytes of the messages with other sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "session/resume_memory.hpp"
#include "session/resume_options.hpp"

namespace serai::session {

// The bound for which a message was dropped.
enum class ResumeBound : std::uint8_t { none, messages, bytes, age, memory };

class ResumeBuffer {
 public:
  static constexpr std::uint64_t kEntryBytes = 64;

  ResumeBuffer(const ResumeBounds& bounds, ResumeMemory& memory);
  ~ResumeBuffer();
  ResumeBuffer(const ResumeBuffer&) = delete;
  ResumeBuffer& operator=(const ResumeBuffer&) = delete;

  // Adds the next message, whose number is newest() then. Returns the bound for which older
  // messages, or this one, were dropped.
  ResumeBound put(std::shared_ptr<const std::string> message, std::int64_t now_ms);
  // Drops the messages that are too old.
  ResumeBound expire(std::int64_t now_ms);
  // Drops the messages up to this number, because the client has them.
  void drop_until(std::uint64_t number);
  void clear() { drop_until(newest()); }

  // The numbers of the buffered messages are from oldest() to newest(). When there is none,
  // oldest() is newest() + 1.
  std::uint64_t oldest() const { return oldest_; }
  std::uint64_t newest() const { return oldest_ + entries_.size() - 1; }
  const std::string& at(std::uint64_t number) const;
  bool empty() const { return entries_.empty(); }
  // The time at which the oldest message is too old. The buffer must not be empty.
  std::int64_t expires_ms() const { return entries_.front().since_ms + bounds_.age_max_ms; }

 private:
  struct Entry {
    std::shared_ptr<const std::string> message;
    std::int64_t since_ms = 0;
  };
  void drop_oldest();

  const ResumeBounds& bounds_;
  ResumeMemory& memory_;
  std::deque<Entry> entries_;
  std::uint64_t oldest_ = 1;
  std::uint64_t bytes_ = 0;
};

}  // namespace serai::session
