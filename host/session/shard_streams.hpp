// ShardStreams: the streams that live on this shard, with their members.
//
// Every join and leave is also posted to the socket's own shard. That shard has a list of the
// streams of each socket, and leaves them when the socket closes. If the socket has closed before a
// join arrives there, that shard reverses the join.
//
// Thread  the shard's own, asserted. notify() and disconnect() post to the user's home shard, so
//         they may be called on any shard.
// Owner   the shard's Part. A stream is erased with its last member.
#pragma once

#include <unordered_map>
#include <vector>

#include "ports/sessions.hpp"
#include "ports/streams.hpp"
#include "session/events.hpp"
#include "session/outbox.hpp"
#include "session/part_context.hpp"

namespace serai::session {

// Match data that one member of a relayed match sends to the others.
struct RelayedData {
  Uuid sender_session;
  std::int64_t op_code = 0;
  std::string data;
  bool reliable = true;
  std::vector<Uuid> targets;  // session ids; empty: all others
  UnderWay under_way;         // counts the data until all receivers have it
};

class ShardStreams final : public Streams {
 public:
  ShardStreams(const PartContext& context, Outbox& outbox) : context_(context), outbox_(outbox) {}

  // The notification and status streams of users (modes 0 and 1) are not stored here, because their
  // members are the sockets of the user. join() must not be called for them; members() and size()
  // return those sockets.
  bool join(const StreamId& stream, const Presence& presence) override;
  bool leave(const StreamId& stream, const Uuid& session_id, LeaveReason reason) override;
  void close(const StreamId& stream) override;
  std::vector<Presence> members(const StreamId& stream) const override;
  std::uint32_t size(const StreamId& stream) const override;
  std::uint32_t send_match_data(const StreamId& stream,
                                const MatchData& data,
                                std::optional<std::span<const Uuid>> targets) override;
  void refuse_match_data(const SocketAddress& sender, const Error& why) override;
  void notify(const Notification& notification) override;
  void disconnect(const Uuid& user_id, std::string_view reason) override;

  // Removes a socket that has closed, or that has joined another match (single_match). An
  // authoritative match is notified of it.
  void left_by_itself(const StreamId& stream, const Uuid& session_id, LeaveReason reason);
  // Sends match data to the members. It is dropped when the sender is not a member.
  void relay(const StreamId& stream, RelayedData data);
  // Adds the relayed matches of this shard that pass the filter to `out`, until `out` has
  // filter.limit entries.
  void list_relayed(const RelayedFilter& filter, std::vector<RelayedListing>& out) const;

 private:
  using Members = std::vector<Presence>;  // in the order they joined

  std::optional<Presence> remove(const StreamId& stream, const Uuid& session_id);
  void announce(const StreamId& stream, const PresenceChange& change);
  std::uint32_t send_to(const Members& members,
                        const MessagePtr& message,
                        std::optional<std::span<const Uuid>> targets);
  const Members* find(const StreamId& stream) const;

  PartContext context_;
  Outbox& outbox_;
  std::unordered_map<StreamId, Members> streams_;
};

}  // namespace serai::session
