// ShardStreams: the streams that live on this shard, with their members.
//
// A socket's own shard has a list of the streams it is on, so that they can be left when it closes:
// every join and leave is posted to it. A join whose socket has closed meanwhile is taken back from
// there.
//
// Thread  the shard's own, asserted; notify() and disconnect() reach the user's home shard from
//         any.
// Owner   belongs to the shard's part. A stream goes with its last member.
#pragma once

#include <unordered_map>
#include <vector>

#include "ports/sessions.hpp"
#include "ports/streams.hpp"
#include "session/events.hpp"
#include "session/outbox.hpp"
#include "session/part_context.hpp"

namespace serai::session {

// Data between the members of a relayed match.
struct RelayedData {
  Uuid sender_session;
  std::int64_t op_code = 0;
  std::string data;
  bool reliable = true;
  std::vector<Uuid> targets;  // session ids; empty: all others
  UnderWay under_way;         // until all receivers have it
};

class ShardStreams final : public Streams {
 public:
  ShardStreams(const PartContext& context, Outbox& outbox) : context_(context), outbox_(outbox) {}

  // The notification and status streams of users (modes 0 and 1) consist of their sockets: nothing
  // joins or leaves them here, but members() and size() answer for them.
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

  // The socket has closed, or has joined another match (single_match). An authoritative match is
  // notified.
  void left_by_itself(const StreamId& stream, const Uuid& session_id, LeaveReason reason);
  // Dropped when the sender is not a member.
  void relay(const StreamId& stream, RelayedData data);
  // Adds the relayed matches of this shard, up to the limit of the filter.
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
