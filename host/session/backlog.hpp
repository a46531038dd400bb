// Backlog: the queue of messages for one client that reads too slowly. The messages are sent in
// order, after those that its socket has already accepted.
//
// Of unreliable match data only the latest messages are kept, and the status events of one session
// are merged, because a late reader needs the latest state and not each step. Reliable match data
// is limited at its senders: a sender's socket is not read while too many of its messages are under
// way (UnderWay). In addition, the queue has fixed bounds for all messages, see put().
//
// Units   now_ms: milliseconds of the Clock.
// Thread  the shard's.
// Owner   the socket's entry in ShardSessions. A reliable message is shared, so it stays under way
//         until it is sent. Of an unreliable message only the encoded bytes are kept, so that its
//         sender does not wait for this client.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "session/message.hpp"

namespace serai::session {

class Backlog {
 public:
  enum class Put : std::uint8_t { queued, merged, dropped, full };

  Backlog(const EnvelopeCodec& codec, SocketFormat format) : codec_(codec), format_(format) {}

  // Adds a message, or merges it into a queued one.
  // merged: the message was combined with a queued status event. dropped: the message was added,
  // and the oldest unreliable message was removed to make room. full: the message was not added,
  // because too many messages wait or the oldest has waited too long.
  Put put(const MessagePtr& message, std::int64_t now_ms);
  bool empty() const { return entries_.empty(); }
  // Removes the oldest message and returns its bytes. The queue must not be empty.
  std::shared_ptr<const std::string> take();

 private:
  struct Entry {
    MessagePtr message;                        // null for an unreliable message
    std::shared_ptr<const std::string> bytes;  // null for a reliable message
    std::int64_t since_ms = 0;                 // when it was added
  };
  Put put_unreliable(const Message& message, std::int64_t now_ms);
  bool merge(const Message& status);
  bool is_full(bool has_sender, std::int64_t now_ms) const;

  const EnvelopeCodec& codec_;
  SocketFormat format_;
  std::deque<Entry> entries_;
  std::size_t unreliable_ = 0;      // entries with an unreliable message
  std::size_t without_sender_ = 0;  // entries with a reliable message that no player sent
};

}  // namespace serai::session
