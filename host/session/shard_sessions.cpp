#include "session/shard_sessions.hpp"

#include <algorithm>

#include "session/part.hpp"

namespace serai {
namespace {

bool is_match(const StreamId& stream) {
  return stream.mode == StreamMode::match_relayed || stream.mode == StreamMode::match_authoritative;
}

Error socket_is_closed() { return {Errc::cancelled, "The socket is closed."}; }

struct RelayedJoin {
  Presence presence;
  StreamId stream;
  bool is_create = false;
  bool may_be_empty = false;
};

Result<RelayedMatch> join_relayed(Part& part, const RelayedJoin& join) {
  std::vector<Presence> others = part.streams.members(join.stream);
  if (others.empty() && !join.may_be_empty) return {Errc::not_found, "Match not found"};
  const bool joined = part.streams.join(join.stream, join.presence);
  RelayedMatch out{MatchId::of(join.stream), 0, std::move(others)};
  if (join.is_create) {
    std::erase_if(out.others, [&](const Presence& other) {
      return other.session_id == join.presence.session_id;
    });
    out.size = static_cast<std::uint32_t>(out.others.size() + 1);
  } else {
    SERAI_ASSERT(joined || !out.others.empty());
    out.size = static_cast<std::uint32_t>(out.others.size());
  }
  return out;
}

void start_join(Parts& parts, std::uint32_t asking, RelayedJoin join, Answer<RelayedMatch> answer) {
  const std::uint32_t home = shard_of_stream(join.stream, parts.count());
  parts.on(
      home,
      [&parts, asking, join = std::move(join), answer = std::move(answer)](Part& part) mutable {
        // The events wait for the end of the turn, so the answer is ahead of the joiner's own join.
        auto joined = join_relayed(part, join);
        parts.on(asking, [joined = std::move(joined), answer = std::move(answer)](Part&) mutable {
          answer(std::move(joined));
        });
      });
}

}  // namespace

std::uint32_t ShardSessions::home_of(const Uuid& user) const {
  return shard_of_stream({StreamMode::status, user, {}, ""}, context_.shard_count);
}

void ShardSessions::opened(const Presence& presence, ClientSocket& socket, bool status) {
  SERAI_ASSERT(context_.shard.is_current());
  Presence own = presence;
  own.shard = context_.shard.index();
  const bool is_new =
      sockets_.try_emplace(own.session_id, Socket{own, &socket, context_.clock.now_ms(), {}, {}})
          .second;
  SERAI_ASSERT(is_new);
  context_.online.sockets.fetch_add(1);
  context_.metrics.sockets.add(1);
  const std::uint32_t home = home_of(own.user_id);
  context_.parts.on(home,
                    [own = std::move(own), status](Part& part) { part.users.opened(own, status); });
}

void ShardSessions::closed(const Uuid& session_id) {
  SERAI_ASSERT(context_.shard.is_current());
  if (const auto at = sockets_.find(session_id); at != sockets_.end()) forget(at);
}

void ShardSessions::forget(Sockets::iterator at) {
  const Socket gone = std::move(at->second);
  sockets_.erase(at);  // first, so that whatever follows from leaving finds it gone
  context_.online.sockets.fetch_sub(1);
  context_.metrics.sockets.add(-1);

  const Uuid session = gone.presence.session_id;
  for (const StreamId& stream : gone.streams) {
    context_.parts.on(shard_of_stream(stream, context_.shard_count), [stream, session](Part& part) {
      part.streams.left_by_itself(stream, session, LeaveReason::disconnect);
    });
  }
  for (const Uuid& user : gone.follows) {
    context_.parts.on(home_of(user),
                      [user, session](Part& part) { part.users.unfollow({user}, session); });
  }
  context_.parts.on(
      home_of(gone.presence.user_id),
      [user = gone.presence.user_id, session](Part& part) { part.users.closed(user, session); });
}

void ShardSessions::close_socket(const Uuid& session_id, std::string_view reason) {
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return;
  ClientSocket* socket = at->second.socket;
  forget(at);
  socket->close(reason);
  context_.log.debug("session.socket_closed", {{"reason", reason}});
}

OpenSessions ShardSessions::open(std::size_t listed_max) const {
  SERAI_ASSERT(context_.shard.is_current());
  OpenSessions out;
  out.count = sockets_.size();
  for (const auto& [session_id, socket] : sockets_) {
    if (out.listed.size() == listed_max) break;
    out.listed.push_back(
        {socket.presence.user_id, session_id, context_.shard.index(), socket.opened_ms});
  }
  return out;
}

void ShardSessions::deliver(const std::vector<Delivery>& batch) {
  std::size_t delivered = 0;
  for (const Delivery& delivery : batch) {
    for (const Uuid& target : delivery.targets) {
      if (delivery.message == nullptr) {
        close_socket(target, delivery.close_reason);
        continue;
      }
      // Looked up for every message: the one before may have closed the socket.
      const auto at = sockets_.find(target);
      if (at == sockets_.end()) continue;
      ClientSocket& socket = *at->second.socket;
      socket.send_shared(delivery.message->bytes(socket.format()));
      ++delivered;
    }
  }
  if (delivered > 0) context_.metrics.deliveries.add(static_cast<double>(delivered));
}

void ShardSessions::entered(const Uuid& session_id, const StreamId& stream) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) {
    // Always posted: the stream's shard may be in the middle of the join that told us.
    context_.parts.post_to(
        shard_of_stream(stream, context_.shard_count), [stream, session_id](Part& part) {
          part.streams.left_by_itself(stream, session_id, LeaveReason::disconnect);
        });
    return;
  }
  at->second.streams.push_back(stream);
  if (context_.options.single_match && is_match(stream)) leave_other_matches(at->second, stream);
}

void ShardSessions::leave_other_matches(Socket& socket, const StreamId& joined) {
  const auto others = std::partition(socket.streams.begin(),
                                     socket.streams.end(),
                                     [&](const auto& s) { return !is_match(s) || s == joined; });
  const std::vector<StreamId> left(others, socket.streams.end());
  socket.streams.erase(others, socket.streams.end());
  for (const StreamId& stream : left) {
    context_.parts.post_to(shard_of_stream(stream, context_.shard_count),
                           [stream, session = socket.presence.session_id](Part& part) {
                             part.streams.left_by_itself(stream, session, LeaveReason::leave);
                           });
  }
}

void ShardSessions::left(const Uuid& session_id, const StreamId& stream) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return;
  auto& streams = at->second.streams;
  const auto known = std::find(streams.begin(), streams.end(), stream);
  if (known != streams.end()) streams.erase(known);
}

void ShardSessions::match_create(const Presence& presence,
                                 std::string name,
                                 Answer<RelayedMatch> answer) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(presence.session_id);
  if (at == sockets_.end()) return answer(socket_is_closed());
  const Uuid match = name.empty() ? Uuid::make_random() : Uuid::make_named(name);
  start_join(context_.parts,
             context_.shard.index(),
             {at->second.presence, {StreamMode::match_relayed, match, {}, ""}, true, true},
             std::move(answer));
}

void ShardSessions::match_join(const Presence& presence,
                               const MatchId& match,
                               bool may_be_empty,
                               Answer<RelayedMatch> answer) {
  SERAI_ASSERT(context_.shard.is_current() && match.relayed());
  const auto at = sockets_.find(presence.session_id);
  if (at == sockets_.end()) return answer(socket_is_closed());
  start_join(context_.parts,
             context_.shard.index(),
             {at->second.presence, match.stream(), false, may_be_empty},
             std::move(answer));
}

void ShardSessions::match_leave(const Uuid& session_id, const MatchId& match, Answer<Unit> answer) {
  SERAI_ASSERT(context_.shard.is_current() && match.relayed());
  const StreamId stream = match.stream();
  Parts& parts = context_.parts;
  auto leave =
      [&parts, stream, session_id, asking = context_.shard.index(), answer = std::move(answer)](
          Part& part) mutable {
        part.streams.leave(stream, session_id, LeaveReason::leave);
        parts.on(asking, [answer = std::move(answer)](Part&) mutable { answer(success()); });
      };
  parts.on(shard_of_stream(stream, context_.shard_count), std::move(leave));
}

// NOLINTNEXTLINE(readability-function-size): the port fixes the parameters
void ShardSessions::match_data(const Presence& sender,
                               const MatchId& match,
                               std::int64_t op_code,
                               std::string data,
                               bool reliable,
                               std::vector<Uuid> targets) {
  SERAI_ASSERT(context_.shard.is_current());
  const StreamId stream = match.stream();
  RelayedData relayed{sender.session_id, op_code, std::move(data), reliable, std::move(targets)};
  context_.parts.on(
      shard_of_stream(stream, context_.shard_count),
      [stream, relayed = std::move(relayed)](Part& part) { part.streams.relay(stream, relayed); });
}

void ShardSessions::update_status(const Presence& presence, std::optional<std::string> status) {
  SERAI_ASSERT(context_.shard.is_current());
  context_.parts.on(
      home_of(presence.user_id),
      [user = presence.user_id, session = presence.session_id, status = std::move(status)](
          Part& part) { part.users.set_status(user, session, status); });
}

}  // namespace serai
