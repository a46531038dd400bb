// Streams: delivers to groups of sockets, and lists a group's members. Implemented by host/session.
//
// Thread  a stream lives on shard_of_stream(); join/leave/close/members and sends must be called
//         there (asserted). notify() and disconnect(): any shard's thread.
// Order   what one stream sends to one socket arrives in order.
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
  std::string_view data;  // as clients get it
  std::optional<Presence> sender;
  bool reliable = true;
};

class Streams {
 public:
  virtual ~Streams() = default;

  // True when it was not there yet. Everybody on the stream, the joiner included, gets the event.
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

  // Without targets: to all members. With targets: to the listed sessions that are members, so an
  // empty list reaches nobody. Returns the number of sockets.
  virtual std::uint32_t send_match_data(const StreamId& stream,
                                        const MatchData& data,
                                        std::optional<std::span<const Uuid>> targets) = 0;

  // Sends an error to the socket whose match data was refused: nothing else answers match data.
  virtual void refuse_match_data(const SocketAddress& sender, const Error& why) = 0;

  // Pushes to all sockets of the notification's user.
  virtual void notify(const Notification& notification) = 0;
  // Closes all sockets of a user.
  virtual void disconnect(const Uuid& user_id, std::string_view reason) = 0;
};

// Called by Streams, on the stream's shard, when a socket has left an authoritative match by
// itself.
class MatchLeaveListener {
 public:
  virtual ~MatchLeaveListener() = default;
  virtual void on_match_left(const MatchId& match, const Presence& member, LeaveReason reason) = 0;
};

}  // namespace serai
