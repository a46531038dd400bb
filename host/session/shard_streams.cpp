#include "session/shard_streams.hpp"

#include <algorithm>

#include "model/placement.hpp"
#include "session/part.hpp"

namespace serai::session {
namespace {

// The largest number of streams that one list request examines on one shard. Otherwise a filter
// that matches nothing would block the shard.
constexpr std::size_t kVisitedMax = 10'000;

template <class Members>
auto find_member(Members& members, const Uuid& session) {
  return std::find_if(members.begin(), members.end(), [&](const Presence& member) {
    return member.session_id == session;
  });
}

bool follows_sockets(const StreamId& stream) {
  return stream.mode == StreamMode::notifications || stream.mode == StreamMode::status;
}

SocketAddress address_of(const Presence& presence) { return {presence.session_id, presence.shard}; }

}  // namespace

bool ShardStreams::join(const StreamId& stream, const Presence& presence) {
  SERAI_ASSERT(context_.shard.is_current() && !follows_sockets(stream));
  Presence member = presence;
  // A stored presence may come from a host with more shards. Its socket is gone, so any shard of
  // this host may be used: it does not find the socket and reverses the join.
  member.shard %= context_.shard_count;
  {
    const auto [at, is_new] = streams_.try_emplace(stream);
    if (find_member(at->second, member.session_id) != at->second.end()) return false;
    at->second.push_back(member);
    if (is_new) context_.metrics.streams.add(1);
  }
  announce(stream, {{member}, {}});
  context_.parts.on(member.shard, [stream, session = member.session_id](Part& part) {
    part.sessions.entered(session, stream);
  });
  return true;
}

bool ShardStreams::leave(const StreamId& stream, const Uuid& session_id, LeaveReason) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto gone = remove(stream, session_id);
  if (!gone) return false;
  context_.parts.on(gone->shard,
                    [stream, session_id](Part& part) { part.sessions.left(session_id, stream); });
  return true;
}

void ShardStreams::left_by_itself(const StreamId& stream,
                                  const Uuid& session_id,
                                  LeaveReason reason) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto gone = remove(stream, session_id);
  if (!gone || stream.mode != StreamMode::match_authoritative) return;
  context_.match_leaves.on_match_left(MatchId::of(stream), *gone, reason);
}

std::optional<Presence> ShardStreams::remove(const StreamId& stream, const Uuid& session_id) {
  const auto at = streams_.find(stream);
  if (at == streams_.end()) return std::nullopt;
  Members& members = at->second;
  const auto member = find_member(members, session_id);
  if (member == members.end()) return std::nullopt;

  Presence gone = std::move(*member);
  members.erase(member);
  if (members.empty()) {
    streams_.erase(at);
    context_.metrics.streams.add(-1);
  } else {
    announce(stream, {{}, {gone}});
  }
  return gone;
}

void ShardStreams::close(const StreamId& stream) {
  SERAI_ASSERT(context_.shard.is_current());
  auto node = streams_.extract(stream);
  if (node.empty()) return;
  context_.metrics.streams.add(-1);
  for (const Presence& member : node.mapped()) {
    context_.parts.on(member.shard, [stream, session = member.session_id](Part& part) {
      part.sessions.left(session, stream);
    });
  }
}

const ShardStreams::Members* ShardStreams::find(const StreamId& stream) const {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = streams_.find(stream);
  return at == streams_.end() ? nullptr : &at->second;
}

std::vector<Presence> ShardStreams::members(const StreamId& stream) const {
  SERAI_ASSERT(context_.shard.is_current());
  if (follows_sockets(stream)) {
    return context_.parts.at(context_.shard.index()).users.sockets_of(stream);
  }
  const Members* members = find(stream);
  return members != nullptr ? *members : Members{};
}

std::uint32_t ShardStreams::size(const StreamId& stream) const {
  if (follows_sockets(stream)) return static_cast<std::uint32_t>(members(stream).size());
  const Members* members = find(stream);
  return members != nullptr ? static_cast<std::uint32_t>(members->size()) : 0;
}

void ShardStreams::announce(const StreamId& stream, const PresenceChange& change) {
  const MessagePtr event = make_presence_event(context_.codec, stream, change);
  for (const Presence& member : streams_.at(stream)) outbox_.send(event, address_of(member));
}

std::uint32_t ShardStreams::send_match_data(const StreamId& stream,
                                            const MatchData& data,
                                            std::optional<std::span<const Uuid>> targets) {
  const Members* members = find(stream);
  if (members == nullptr || (targets && targets->empty())) return 0;
  return send_to(*members, make_match_data(context_.codec, MatchId::of(stream), data), targets);
}

std::uint32_t ShardStreams::send_to(const Members& members,
                                    const MessagePtr& message,
                                    std::optional<std::span<const Uuid>> targets) {
  std::uint32_t reached = 0;
  for (const Presence& member : members) {
    const bool is_meant =
        !targets ||
        std::find(targets->begin(), targets->end(), member.session_id) != targets->end();
    if (!is_meant) continue;
    outbox_.send(message, address_of(member));
    ++reached;
  }
  return reached;
}

void ShardStreams::refuse_match_data(const SocketAddress& sender, const Error& why) {
  outbox_.send(make_match_data_refusal(context_.codec, why), sender);
}

void ShardStreams::relay(const StreamId& stream, RelayedData data) {
  const Members* members = find(stream);
  if (members == nullptr) return;
  const auto sender = find_member(*members, data.sender_session);
  if (sender == members->end()) return;

  const MatchData out{data.op_code, data.data, *sender, data.reliable};
  const MessagePtr message =
      make_match_data(context_.codec, MatchId::of(stream), out, std::move(data.under_way));
  if (!data.targets.empty()) {
    send_to(*members, message, data.targets);
    return;
  }
  for (const Presence& member : *members) {
    if (member.session_id != data.sender_session) outbox_.send(message, address_of(member));
  }
}

void ShardStreams::list_relayed(const RelayedFilter& filter,
                                std::vector<RelayedListing>& out) const {
  SERAI_ASSERT(context_.shard.is_current());
  std::size_t visited = 0;
  for (const auto& [stream, members] : streams_) {
    if (out.size() >= filter.limit || ++visited > kVisitedMax) return;
    if (stream.mode != StreamMode::match_relayed) continue;
    const auto size = static_cast<std::uint32_t>(members.size());
    if (size < filter.min_size.value_or(0) || size > filter.max_size.value_or(size)) continue;
    out.push_back({MatchId::of(stream), size});
  }
}

void ShardStreams::notify(const Notification& notification) {
  const StreamId stream{StreamMode::notifications, notification.user_id, {}, ""};
  context_.parts.on(shard_of_stream(stream, context_.shard_count),
                    [notification](Part& part) { part.users.notify(notification); });
}

void ShardStreams::disconnect(const Uuid& user_id, std::string_view reason) {
  const StreamId stream{StreamMode::notifications, user_id, {}, ""};
  context_.parts.on(
      shard_of_stream(stream, context_.shard_count),
      [user_id, text = std::string(reason)](Part& part) { part.users.disconnect(user_id, text); });
}

}  // namespace serai::session
