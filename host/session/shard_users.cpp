#include "session/shard_users.hpp"

#include <algorithm>

#include "session/part.hpp"

namespace serai::session {
namespace {

constexpr std::int32_t kSingleSocketCode = -7;
constexpr char kLoggedOut[] = "logged out";

template <class Sockets>
auto find_socket(Sockets& sockets, const Uuid& session) {
  return std::find_if(sockets.begin(), sockets.end(), [&](const auto& socket) {
    return socket.session_id == session;
  });
}

}  // namespace

StatusPresence ShardUsers::shown(const Uuid& user, const UserSocket& socket) {
  return {{user, socket.session_id, socket.username, socket.shard}, socket.status.value_or("")};
}

void ShardUsers::opened(const Presence& socket, const SocketOpening& opening) {
  const Uuid user = socket.user_id;
  User& entry = users_[user];
  if (find_socket(entry.sockets, socket.session_id) != entry.sockets.end()) return;
  if (context_.options.single_socket) replace_older_sockets(user, entry);
  entry.sockets.push_back({socket.session_id,
                           socket.shard,
                           socket.username,
                           opening.token_id,
                           opening.issued_s,
                           std::nullopt});
  if (close_if_revoked(user, entry.sockets.back())) return;
  if (opening.shows_status) set_status(user, socket.session_id, "");
}

bool ShardUsers::close_if_revoked(const Uuid& user, const UserSocket& socket) {
  TokenClaims login;
  login.token_id = socket.token_id;
  login.user_id = user;
  login.issued_s = socket.issued_s;
  if (!context_.parts.at(context_.shard.index()).identity.is_revoked(login)) return false;
  outbox_.close({socket.session_id, socket.shard}, kLoggedOut);
  return true;
}

void ShardUsers::resumed(const Uuid& user, const Uuid& session, const TokenClaims& login) {
  const auto at = users_.find(user);
  if (at == users_.end()) return;
  const auto socket = find_socket(at->second.sockets, session);
  if (socket == at->second.sockets.end()) return;
  socket->token_id = login.token_id;
  socket->issued_s = login.issued_s;
  close_if_revoked(user, *socket);
}

void ShardUsers::replace_older_sockets(const Uuid& user, const User& entry) {
  for (const UserSocket& older : entry.sockets) {
    Notification notification;
    notification.id = Uuid::make_random();
    notification.user_id = user;
    notification.subject = "single_socket";
    notification.content = "{}";
    notification.code = kSingleSocketCode;
    notification.create_s = context_.clock.now_ms() / 1000;
    const SocketAddress address{older.session_id, older.shard};
    outbox_.send(make_notification(context_.codec, notification), address);
    outbox_.close(address, "single_socket");
  }
}

void ShardUsers::closed(const Uuid& user, const Uuid& session) {
  const auto at = users_.find(user);
  if (at == users_.end()) return;
  User& entry = at->second;
  const auto socket = find_socket(entry.sockets, session);
  if (socket == entry.sockets.end()) return;

  StatusChange change;
  if (socket->status) change.leaves.push_back(shown(user, *socket));
  entry.sockets.erase(socket);
  if (!change.leaves.empty()) announce(entry, change);
  update_online(user, entry);
  if (entry.is_idle()) users_.erase(at);
}

void ShardUsers::set_status(const Uuid& user,
                            const Uuid& session,
                            std::optional<std::string> status) {
  const auto at = users_.find(user);
  if (at == users_.end()) return;
  User& entry = at->second;
  const auto socket = find_socket(entry.sockets, session);
  if (socket == entry.sockets.end() || (!socket->status && !status)) return;

  StatusChange change;
  if (socket->status) change.leaves.push_back(shown(user, *socket));
  socket->status = std::move(status);
  if (socket->status) change.joins.push_back(shown(user, *socket));
  announce(entry, change);
  update_online(user, entry);
}

void ShardUsers::announce(const User& user, const StatusChange& change) {
  if (user.is_idle()) return;
  const MessagePtr event = make_status_event(context_.codec, change);
  for (const UserSocket& own : user.sockets) outbox_.send(event, {own.session_id, own.shard});
  for (const SocketAddress& follower : user.followers.all()) outbox_.send(event, follower);
}

void ShardUsers::update_online(const Uuid& user, const User& entry) {
  const bool online = std::any_of(entry.sockets.begin(),
                                  entry.sockets.end(),
                                  [](const auto& socket) { return socket.status.has_value(); });
  if (online) {
    context_.online.insert(user);
  } else {
    context_.online.erase(user);
  }
}

std::vector<StatusPresence> ShardUsers::follow(const std::vector<Uuid>& users,
                                               const SocketAddress& follower) {
  std::vector<StatusPresence> present;
  for (const Uuid& user : users) {
    User& entry = users_[user];
    if (entry.followers.add(follower)) context_.metrics.follows.add(1);
    for (const UserSocket& socket : entry.sockets) {
      if (socket.status) present.push_back(shown(user, socket));
    }
  }
  return present;
}

void ShardUsers::unfollow(const std::vector<Uuid>& users, const Uuid& follower) {
  for (const Uuid& user : users) {
    const auto at = users_.find(user);
    if (at == users_.end()) continue;
    if (at->second.followers.remove(follower)) context_.metrics.follows.add(-1);
    if (at->second.is_idle()) users_.erase(at);
  }
}

void ShardUsers::notify(const Notification& notification) {
  const auto at = users_.find(notification.user_id);
  if (at == users_.end() || at->second.sockets.empty()) return;
  const MessagePtr message = make_notification(context_.codec, notification);
  for (const UserSocket& socket : at->second.sockets) {
    outbox_.send(message, {socket.session_id, socket.shard});
  }
}

void ShardUsers::disconnect(const Uuid& user, std::string_view reason) {
  const auto at = users_.find(user);
  if (at == users_.end()) return;
  for (const UserSocket& socket : at->second.sockets) {
    outbox_.close({socket.session_id, socket.shard}, std::string(reason));
  }
}

void ShardUsers::revoked(const RevokedToken& record) {
  const auto at = users_.find(record.user_id);
  if (at == users_.end()) return;
  for (const UserSocket& socket : at->second.sockets) {
    const bool ends = record.token_id.empty()
                          ? socket.issued_s < record.before_s
                          : record.token_id == revocation_id(TokenUse::session, socket.token_id);
    if (ends) outbox_.close({socket.session_id, socket.shard}, kLoggedOut);
  }
}

std::vector<Presence> ShardUsers::sockets_of(const StreamId& stream) const {
  std::vector<Presence> out;
  const auto at = users_.find(stream.subject);
  if (at == users_.end()) return out;
  for (const UserSocket& socket : at->second.sockets) {
    if (stream.mode == StreamMode::status && !socket.status) continue;
    out.push_back({stream.subject, socket.session_id, socket.username, socket.shard});
  }
  return out;
}

}  // namespace serai::session
