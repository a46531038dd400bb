#include "session/shard_sessions.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "model/placement.hpp"
#include "session/follow.hpp"
#include "session/match_list.hpp"
#include "session/part.hpp"

namespace serai::session {
namespace {

bool is_relayed(const StreamId& stream) { return stream.mode == StreamMode::match_relayed; }

std::int32_t relayed_in(const std::vector<StreamId>& streams) {
  return static_cast<std::int32_t>(std::ranges::count_if(streams, is_relayed));
}

bool is_match(const StreamId& stream) {
  return stream.mode == StreamMode::match_relayed || stream.mode == StreamMode::match_authoritative;
}

constexpr char kQueueFull[] = "session outgoing queue full";

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

void start_join(Parts& parts,
                std::uint32_t asking,
                RelayedJoin join,
                Callback<RelayedMatch> answer) {
  const std::uint32_t home = shard_of_stream(join.stream, parts.count());
  parts.on(
      home,
      [&parts, asking, join = std::move(join), answer = std::move(answer)](Part& part) mutable {
        // Events are sent at the end of the turn, so this answer reaches the joining socket before
        // the event of its own join.
        auto joined = join_relayed(part, join);
        parts.on(asking, [joined = std::move(joined), answer = std::move(answer)](Part&) mutable {
          answer(std::move(joined));
        });
      });
}

RateLimit presence_rate(const NamedLimit& limit) {
  const auto per_second = static_cast<double>(limit.max());
  return {per_second, 4 * per_second};
}

}  // namespace

ShardSessions::ShardSessions(const PartContext& context)
    : context_(context),
      presence_changes_(presence_rate(context.limits.presence_changes)),
      deliveries_(context.shard,
                  [this](Delivery& delivery, std::size_t units_max) {
                    return deliver_some(delivery, units_max);
                  }),
      unfollowings_(context.shard,
                    [this](Unfollowing& unfollowing, std::size_t units_max) {
                      return unfollow_some(unfollowing, units_max);
                    }),
      queued_(context) {}

std::uint32_t ShardSessions::home_of(const Uuid& user) const {
  return shard_of_stream({StreamMode::status, user, {}, ""}, context_.shard_count);
}

Result<> ShardSessions::reserve_socket(const Uuid& user) {
  const NamedLimit& limit = context_.limits.sockets;
  if (context_.players.add_socket(user, limit.max())) return success();
  return limit.refuse(
      Errc::resource_exhausted,
      {"You have as many sockets open as you may", "sockets", "close one of them first"});
}

void ShardSessions::opened(const Presence& presence,
                           ClientSocket& socket,
                           const SocketOpening& opening) {
  SERAI_ASSERT(context_.shard.is_current());
  Presence own = presence;
  own.shard = context_.shard.index();
  const auto [at, is_new] = sockets_.try_emplace(own.session_id);
  SERAI_ASSERT(is_new);
  at->second.presence = own;
  at->second.socket = &socket;
  at->second.opened_ms = context_.clock.now_ms();
  context_.online.sockets.fetch_add(1);
  context_.metrics.sockets.add(1);
  const std::uint32_t home = home_of(own.user_id);
  context_.parts.on(
      home, [own = std::move(own), opening](Part& part) { part.users.opened(own, opening); });
}

void ShardSessions::closed(const Uuid& session_id) {
  SERAI_ASSERT(context_.shard.is_current());
  if (const auto at = sockets_.find(session_id); at != sockets_.end()) forget(at);
}

void ShardSessions::forget(Sockets::iterator at) {
  Socket gone = std::move(at->second);
  sockets_.erase(at);  // first: the work below must not find the socket any more
  context_.online.sockets.fetch_sub(1);
  context_.metrics.sockets.add(-1);

  const Uuid session = gone.presence.session_id;
  count_relayed(gone.presence.user_id, -relayed_in(gone.streams));
  for (const StreamId& stream : gone.streams) {
    context_.parts.on(shard_of_stream(stream, context_.shard_count), [stream, session](Part& part) {
      part.streams.left_by_itself(stream, session, LeaveReason::disconnect);
    });
  }
  unfollow_all(session, std::move(gone.follows));
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
    const bool is_parked = socket.socket->is_parked();
    if (is_parked) ++out.parked;
    if (out.listed.size() == listed_max) continue;
    out.listed.push_back(
        {socket.presence.user_id, session_id, context_.shard.index(), socket.opened_ms, is_parked});
  }
  return out;
}

void ShardSessions::entered(const Uuid& session_id, const StreamId& stream) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) {
    // Post even to the current shard: the stream's shard may still be inside the join that called
    // this function.
    context_.parts.post_to(
        shard_of_stream(stream, context_.shard_count), [stream, session_id](Part& part) {
          part.streams.left_by_itself(stream, session_id, LeaveReason::disconnect);
        });
    return;
  }
  at->second.streams.push_back(stream);
  if (is_relayed(stream)) count_relayed(at->second.presence.user_id, 1);
  if (context_.options.single_match && is_match(stream)) leave_other_matches(at->second, stream);
}

void ShardSessions::leave_other_matches(Socket& socket, const StreamId& joined) {
  const auto others = std::partition(socket.streams.begin(),
                                     socket.streams.end(),
                                     [&](const auto& s) { return !is_match(s) || s == joined; });
  const std::vector<StreamId> left(others, socket.streams.end());
  socket.streams.erase(others, socket.streams.end());
  count_relayed(socket.presence.user_id, -relayed_in(left));
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
  const auto found = std::find(streams.begin(), streams.end(), stream);
  if (found == streams.end()) return;
  streams.erase(found);
  if (is_relayed(stream)) count_relayed(at->second.presence.user_id, -1);
}

void ShardSessions::match_create(const Presence& presence,
                                 std::string name,
                                 Callback<RelayedMatch> answer) {
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
                               Callback<RelayedMatch> answer) {
  SERAI_ASSERT(context_.shard.is_current() && match.relayed());
  const auto at = sockets_.find(presence.session_id);
  if (at == sockets_.end()) return answer(socket_is_closed());
  start_join(context_.parts,
             context_.shard.index(),
             {at->second.presence, match.stream(), false, may_be_empty},
             std::move(answer));
}

void ShardSessions::match_leave(const Uuid& session_id,
                                const MatchId& match,
                                Callback<Unit> answer) {
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

Result<> ShardSessions::update_status(const Presence& presence, std::optional<std::string> status) {
  SERAI_ASSERT(context_.shard.is_current());
  if (auto taken = take_presence_change(presence.user_id); !taken) return taken;
  context_.parts.on(
      home_of(presence.user_id),
      [user = presence.user_id, session = presence.session_id, status = std::move(status)](
          Part& part) { part.users.set_status(user, session, status); });
  return success();
}

Result<> ShardSessions::take_presence_change(const Uuid& user) {
  if (presence_changes_.take(user.hash(), context_.clock.steady_us())) return success();
  return context_.limits.presence_changes.refuse(
      Errc::resource_exhausted,
      {"You change your status and your matches too often", "changes a second", "wait a little"});
}

Result<> ShardSessions::may_join(const Uuid& session_id, const MatchId& match) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return socket_is_closed();
  const Socket& socket = at->second;
  if (auto taken = take_presence_change(socket.presence.user_id); !taken) return taken;
  const StreamId wanted = match.stream();
  std::uint64_t matches = 0;
  for (const StreamId& stream : socket.streams) {
    if (!is_match(stream)) continue;
    if (stream == wanted) return success();  // the socket is a member already
    ++matches;
  }
  const NamedLimit& own = context_.limits.socket_matches;
  if (matches >= own.max()) {
    return own.refuse(
        Errc::resource_exhausted,
        {"This socket is in as many matches as it may", "matches", "leave one of them first"});
  }
  const NamedLimit& all = context_.limits.relayed_matches;
  if (match.relayed() && context_.players.relayed_matches(socket.presence.user_id) >= all.max()) {
    return all.refuse(Errc::resource_exhausted,
                      {"You are in as many relayed matches as you may, over all your sockets",
                       "matches",
                       "leave one of them first"});
  }
  return success();
}

void ShardSessions::count_relayed(const Uuid& user, std::int32_t by) {
  if (by != 0) context_.players.add_relayed_matches(user, by);
}

// ---- Delivery ---------------------------------------------------------------------------------

void ShardSessions::deliver(std::vector<Delivery> batch) {
  for (Delivery& delivery : batch) deliveries_.push(std::move(delivery));
}

std::size_t ShardSessions::deliver_some(Delivery& delivery, std::size_t units_max) {
  const std::size_t count = std::min(units_max, delivery.targets.size() - delivery.done);
  std::size_t sent = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Uuid& target = delivery.targets[delivery.done++];
    if (delivery.message == nullptr) {
      close_socket(target, delivery.close_reason);
    } else if (deliver_to(target, delivery.message)) {
      ++sent;
    }
  }
  if (sent > 0) context_.metrics.deliveries.add(static_cast<double>(sent));
  return count;
}

// Finds the socket again for each message, because the message before may have closed it.
bool ShardSessions::deliver_to(const Uuid& session_id, const MessagePtr& message) {
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return false;
  Socket& to = at->second;
  if (to.backlog == nullptr && !to.socket->is_slow()) {
    to.socket->send_shared(message->bytes(to.socket->format()));
    return true;
  }
  if (to.backlog == nullptr) {
    to.backlog = std::make_unique<Backlog>(context_.codec, to.socket->format());
  }
  switch (to.backlog->put(message, context_.clock.now_ms())) {
    case Backlog::Put::queued:
      break;
    case Backlog::Put::merged:
      context_.metrics.merged.add();
      break;
    case Backlog::Put::dropped:
      context_.metrics.dropped.add();
      break;
    case Backlog::Put::full:
      // A parked session takes what waits, and is never slow.
      if (to.socket->park()) return deliver_to(session_id, message);
      close_socket(session_id, kQueueFull);
      break;
  }
  return false;
}

void ShardSessions::flushed(const Uuid& session_id) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end() || at->second.backlog == nullptr) return;
  Socket& to = at->second;
  while (!to.backlog->empty() && !to.socket->is_slow()) {
    to.socket->send_shared(to.backlog->take());
    context_.metrics.deliveries.add();
  }
  if (to.backlog->empty()) to.backlog.reset();
}

// NOLINTNEXTLINE(readability-function-size): the port fixes the parameters
void ShardSessions::match_data(const Presence& sender,
                               const MatchId& match,
                               std::int64_t op_code,
                               std::string data,
                               bool reliable,
                               std::vector<Uuid> targets,
                               Callback<Unit> answer) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(sender.session_id);
  if (at == sockets_.end()) return answer(socket_is_closed());
  const auto under_way = at->second.under_way;
  const StreamId stream = match.stream();
  RelayedData relayed{sender.session_id,
                      op_code,
                      std::move(data),
                      reliable,
                      std::move(targets),
                      UnderWay(under_way)};
  context_.parts.on(shard_of_stream(stream, context_.shard_count),
                    [stream, relayed = std::move(relayed)](Part& part) mutable {
                      part.streams.relay(stream, std::move(relayed));
                    });
  queued_.queue(under_way, std::move(answer));
}

void ShardSessions::match_list(RelayedFilter filter, Callback<std::vector<RelayedListing>> answer) {
  SERAI_ASSERT(context_.shard.is_current());
  list_relayed_matches(context_.parts, context_.shard.index(), filter, std::move(answer));
}

// ---- Following --------------------------------------------------------------------------------

void ShardSessions::follow(const Uuid& session_id,
                           std::vector<Uuid> users,
                           Callback<std::vector<StatusPresence>> answer) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return answer(socket_is_closed());
  Socket& socket = at->second;

  // The socket's own user is left out, because a socket gets the statuses of its own user anyway. A
  // user that is named twice, or followed already, counts once.
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  std::erase(users, socket.presence.user_id);
  std::vector<Uuid> all;
  std::set_union(socket.follows.begin(),
                 socket.follows.end(),
                 users.begin(),
                 users.end(),
                 std::back_inserter(all));
  const NamedLimit& limit = context_.limits.follows;
  if (all.size() > limit.max()) {
    return answer(limit.refuse(Errc::resource_exhausted,
                               {"This socket would follow " + std::to_string(all.size()) + " users",
                                "users",
                                "unfollow some first"}));
  }
  socket.follows = std::move(all);  // before the posts, so that closing unfollows all of them

  auto request = std::make_unique<FollowRequest>();
  request->all = users;
  request->follower = {session_id, context_.shard.index()};
  for (const Uuid& user : users) request->users[home_of(user)].push_back(user);
  request->answer = std::move(answer);
  follow_users(context_.parts, std::move(request));
}

void ShardSessions::unfollow_all(const Uuid& session_id, std::vector<Uuid> users) {
  if (!users.empty()) unfollowings_.push({session_id, std::move(users), 0});
}

std::size_t ShardSessions::unfollow_some(Unfollowing& unfollowing, std::size_t units_max) {
  const std::size_t count = std::min(units_max, unfollowing.users.size() - unfollowing.done);
  std::map<std::uint32_t, std::vector<Uuid>> by_home;
  for (std::size_t i = 0; i < count; ++i) {
    const Uuid& user = unfollowing.users[unfollowing.done++];
    by_home[home_of(user)].push_back(user);
  }
  for (auto& [home, users] : by_home) {
    context_.parts.on(home,
                      [users = std::move(users), session = unfollowing.session_id](Part& part) {
                        part.users.unfollow(users, session);
                      });
  }
  return count;
}

void ShardSessions::unfollow(const Uuid& session_id, std::vector<Uuid> users) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return;
  for (const Uuid& user : users) {
    auto& follows = at->second.follows;
    const auto found = std::lower_bound(follows.begin(), follows.end(), user);
    if (found == follows.end() || *found != user) continue;
    follows.erase(found);
    context_.parts.on(home_of(user),
                      [user, session_id](Part& part) { part.users.unfollow({user}, session_id); });
  }
}

}  // namespace serai::session
