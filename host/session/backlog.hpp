// Backlog: what waits for a client that reads more slowly than is written to it, behind what its
// socket has taken, in order.
//
// Of unreliable match data the latest is kept, and of what happens to one status the sum: who is
// told later need not be told of each step. Reliable data of players holds its senders back
// (UnderWay), so it is bounded by them; all else is bounded here.
//
// Thread  the shard's.
// Owner   belongs to the socket's entry; shares the messages. Of unreliable ones it keeps the bytes
//         alone: nobody is held back for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "session/message.hpp"

namespace serai {

class Backlog {
 public:
  enum class Put : std::uint8_t { queued, merged, dropped, full };

  Backlog(const EnvelopeCodec& codec, SocketFormat format) : codec_(codec), format_(format) {}

  // dropped: an older one, for this one. full: too much waits, or it has waited too long; the
  // message is not kept then.
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

}  // namespace serai
