#include "session/resume_buffer.hpp"

#include <utility>

#include "base/assert.hpp"

namespace serai::session {
namespace {

std::uint64_t cost_of(const std::string& message) {
  return message.size() + ResumeBuffer::kEntryBytes;
}

}  // namespace

ResumeBuffer::ResumeBuffer(const ResumeBounds& bounds, ResumeMemory& memory)
    : bounds_(bounds), memory_(memory) {
  memory_.add_buffer();
}

ResumeBuffer::~ResumeBuffer() {
  clear();
  memory_.remove_buffer();
}

ResumeBound ResumeBuffer::put(std::shared_ptr<const std::string> message, std::int64_t now_ms) {
  ResumeBound dropped = expire(now_ms);
  const std::uint64_t cost = cost_of(*message);
  const auto exceeds = [&] {
    if (entries_.size() >= bounds_.messages_max) return ResumeBound::messages;
    if (bytes_ + cost > bounds_.bytes_max) return ResumeBound::bytes;
    return memory_.admits(bytes_, cost) ? ResumeBound::none : ResumeBound::memory;
  };
  ResumeBound bound = exceeds();
  while (bound != ResumeBound::none && !entries_.empty()) {
    dropped = bound;
    drop_oldest();
    bound = exceeds();
  }
  if (bound != ResumeBound::none) {  // the message alone is too large
    ++oldest_;
    return bound;
  }
  bytes_ += cost;
  memory_.add(cost);
  entries_.push_back({std::move(message), now_ms});
  return dropped;
}

ResumeBound ResumeBuffer::expire(std::int64_t now_ms) {
  ResumeBound dropped = ResumeBound::none;
  while (!entries_.empty() && expires_ms() <= now_ms) {
    drop_oldest();
    dropped = ResumeBound::age;
  }
  return dropped;
}

void ResumeBuffer::drop_until(std::uint64_t number) {
  while (!entries_.empty() && oldest_ <= number) drop_oldest();
}

const std::string& ResumeBuffer::at(std::uint64_t number) const {
  SERAI_ASSERT(number >= oldest_ && number <= newest());
  return *entries_[number - oldest_].message;
}

void ResumeBuffer::drop_oldest() {
  const std::uint64_t cost = cost_of(*entries_.front().message);
  entries_.pop_front();
  ++oldest_;
  bytes_ -= cost;
  memory_.remove(cost);
}

}  // namespace serai::session
