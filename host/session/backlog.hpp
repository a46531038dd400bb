// Backlog: the messages that wait for a client who reads too slowly. They are sent in order, after
// those that its socket has taken.
//
// Of unreliable match data only the latest messages are queued, and the changes of one status are
// merged: a client that reads late needs the result, not each step. Reliable data of players is
// bounded by its senders, who are not read while too much is under way (UnderWay). All else is
// bounded here.
//
// Thread  the shard's.
// Owner   belongs to the socket's entry; shares the messages. Of unreliable ones it keeps the bytes
//         alone: no sender waits for them.
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

  // dropped: an older message was removed to make room for this one. full: too much waits, or it
  // has waited too long; this message was not queued.
  Put put(const MessagePtr& message, std::int64_t now_ms);
  bool empty() const { return entries_.empty(); }
  std::shared_ptr<const std::string> take();  // the oldest

 private:
  struct Entry {
    MessagePtr message;                        // null: unreliable
    std::shared_ptr<const std::string> bytes;  // of unreliable ones
    std::int64_t since_ms = 0;
  };
  Put put_unreliable(const Message& message, std::int64_t now_ms);
  bool merge(const Message& status);
  bool is_full(bool has_sender, std::int64_t now_ms) const;

  const EnvelopeCodec& codec_;
  SocketFormat format_;
  std::deque<Entry> entries_;
  std::size_t unreliable_ = 0;      // of the entries
  std::size_t without_sender_ = 0;  // of the reliable ones
};

}  // namespace serai::session
