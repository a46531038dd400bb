// Streams: sends messages to groups of sockets and lists the members of a group. Implemented by
// host/session.
//
// Thread  a stream belongs to the shard shard_of_stream(). join, leave, close, members and sends
//         must be called there (asserted). notify() and disconnect(): any shard's thread.
// Order   messages of one stream arrive at a socket in the order in which they were sent.
// Owner   borrows its arguments until return.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/match_id.hpp"
#include "model/notification.hpp"
#include "model/presence.hpp"
#include "model/stream_id.hpp"

namespace serai {

struct MatchData {
  std::int64_t op_code = 0;
  std::string_view data;  // the bytes that clients get
  std::optional<Presence> sender;
  bool reliable = true;
};

class Streams {
 public:
  virtual ~Streams() = default;

  // True when the presence was not on the stream before. All members, the new one included, get the
  // event.
  virtual bool join(const StreamId& stream, const Presence& presence) = 0;
  virtual bool leave(const StreamId& stream, const Uuid& session_id, LeaveReason reason) = 0;
  virtual void close(const StreamId& stream) = 0;  // no leave events
  virtual std::vector<Presence> members(const StreamId& stream) const = 0;
  virtual std::uint32_t size(const StreamId& stream) const = 0;
  virtual bool contains(const StreamId& stream, const Uuid& session_id) const {
    for (const Presence& member : members(stream)) {
      if (member.session_id == session_id) return true;
    }
    return false;
  }

  // Sends to all members; with targets, to the listed sessions that are members, so an empty list
  // reaches nobody. Returns the number of sockets.
  virtual std::uint32_t send_match_data(const StreamId& stream,
                                        const MatchData& data,
                                        std::optional<std::span<const Uuid>> targets) = 0;

  // Sends an error to the socket whose match data was refused. Match data has no other answer.
  virtual void refuse_match_data(const SocketAddress& sender, const Error& why) = 0;

  // Pushes to all sockets of the notification's user.
  virtual void notify(const Notification& notification) = 0;
  // Closes all sockets of a user.
  virtual void disconnect(const Uuid& user_id, std::string_view reason) = 0;
};

// Called by Streams when a socket has left an authoritative match by itself.
//
// Thread  the stream's shard.
class MatchLeaveListener {
 public:
  virtual ~MatchLeaveListener() = default;
  virtual void on_match_left(const MatchId& match, const Presence& member, LeaveReason reason) = 0;
};

}  // namespace serai
