#include "session/backlog.hpp"

#include <nakama/realtime.pb.h>

#include <algorithm>
#include <string>
#include <utility>

namespace serai::session {
namespace {

namespace wire = nakama::realtime;

constexpr std::size_t kUnreliableMax = 32;     // queued unreliable messages
constexpr std::size_t kWithoutSenderMax = 32;  // queued reliable messages without a sender
constexpr std::size_t kEntriesMax = 1024;      // queued reliable messages
constexpr std::int64_t kWaitMaxMs = 10'000;    // of the oldest reliable message

bool is_unreliable(const wire::Envelope& envelope) {
  return envelope.has_match_data() && !envelope.match_data().reliable();
}

// The id of the session whose status the event changes. Null when the envelope is not a status
// event.
const std::string* status_of(const wire::Envelope& envelope) {
  if (!envelope.has_status_presence_event()) return nullptr;
  const auto& event = envelope.status_presence_event();
  if (event.leaves_size() > 0) return &event.leaves(0).session_id();
  return event.joins_size() > 0 ? &event.joins(0).session_id() : nullptr;
}

// Merges two status events of one session. The merged event removes the status that the first event
// removed, and sets the status that the second event set.
MessagePtr sum_of(const EnvelopeCodec& codec, const Message& first, const Message& second) {
  auto sum = std::make_unique<wire::Envelope>();
  auto& event = *sum->mutable_status_presence_event();
  *event.mutable_leaves() = first.envelope().status_presence_event().leaves();
  *event.mutable_joins() = second.envelope().status_presence_event().joins();
  return std::make_shared<const Message>(codec, std::move(sum));
}

}  // namespace

Backlog::Put Backlog::put(const MessagePtr& message, std::int64_t now_ms) {
  if (is_unreliable(message->envelope())) return put_unreliable(*message, now_ms);
  if (merge(*message)) return Put::merged;
  const bool has_sender = message->has_sender();
  if (is_full(has_sender, now_ms)) return Put::full;
  entries_.push_back({message, nullptr, now_ms});
  if (!has_sender) ++without_sender_;
  return Put::queued;
}

Backlog::Put Backlog::put_unreliable(const Message& message, std::int64_t now_ms) {
  const bool has_room = unreliable_ < kUnreliableMax;
  if (has_room) {
    ++unreliable_;
  } else {
    const auto is_one = [](const Entry& entry) { return entry.message == nullptr; };
    entries_.erase(std::ranges::find_if(entries_, is_one));
  }
  entries_.push_back({nullptr, message.bytes(format_), now_ms});
  return has_room ? Put::queued : Put::dropped;
}

bool Backlog::is_full(bool has_sender, std::int64_t now_ms) const {
  if (entries_.size() - unreliable_ >= kEntriesMax) return true;
  if (!has_sender && without_sender_ >= kWithoutSenderMax) return true;
  const auto oldest =
      std::ranges::find_if(entries_, [](const Entry& entry) { return entry.message != nullptr; });
  return oldest != entries_.end() && now_ms - oldest->since_ms > kWaitMaxMs;
}

bool Backlog::merge(const Message& status) {
  const std::string* session = status_of(status.envelope());
  if (session == nullptr) return false;
  const auto earlier = std::ranges::find_if(entries_, [&](const Entry& entry) {
    const std::string* other =
        entry.message == nullptr ? nullptr : status_of(entry.message->envelope());
    return other != nullptr && *other == *session;
  });
  if (earlier == entries_.end()) return false;
  MessagePtr sum = sum_of(codec_, *earlier->message, status);
  if (status_of(sum->envelope()) != nullptr) {
    earlier->message = std::move(sum);
  } else {  // the status appeared and went away again: the client needs no event
    entries_.erase(earlier);
    --without_sender_;
  }
  return true;
}

std::shared_ptr<const std::string> Backlog::take() {
  const Entry oldest = std::move(entries_.front());
  entries_.pop_front();
  if (oldest.message == nullptr) {
    --unreliable_;
    return oldest.bytes;
  }
  if (!oldest.message->has_sender()) --without_sender_;
  return oldest.message->bytes(format_);
}

}  // namespace serai::session
