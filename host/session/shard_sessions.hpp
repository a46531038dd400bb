// ShardSessions: the open sockets of one shard, with their matches, follows, statuses and
// deliveries.
//
// Thread  the shard's own, asserted; is_online() and count(): any.
// Owner   the shard's Part. A ClientSocket is borrowed from opened() to closed(), or until this
//         class closes it. After that nothing is sent to it.
// Order   messages for a socket are delivered in the order in which they reach this shard,
//         kSliceUnits a turn at most. Messages that a slow client cannot take yet wait in its
//         Backlog.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/rate_limit.hpp"
#include "ports/sessions.hpp"
#include "session/backlog.hpp"
#include "session/open_sessions.hpp"
#include "session/outbox.hpp"
#include "session/part_context.hpp"
#include "session/queued_senders.hpp"
#include "session/sliced_queue.hpp"

namespace serai::session {

class ShardSessions final : public Sessions {
 public:
  explicit ShardSessions(const PartContext& context);

  Result<> reserve_socket(const Uuid& user) override;
  void drop_socket(const Uuid& user) override { context_.players.remove_socket(user); }
  void opened(const Presence& presence,
              ClientSocket& socket,
              const SocketOpening& opening) override;
  void flushed(const Uuid& session_id) override;
  void closed(const Uuid& session_id) override;
  Result<> may_join(const Uuid& session_id, const MatchId& match) override;

  // `size` and `others` of the answer follow the client protocol: `size` counts the creator of a
  // match, but not a joining socket. A joining socket that is a member already is in `others`.
  void match_create(const Presence& presence,
                    std::string name,
                    Callback<RelayedMatch> answer) override;
  void match_join(const Presence& presence,
                  const MatchId& match,
                  bool may_be_empty,
                  Callback<RelayedMatch> answer) override;
  void match_leave(const Uuid& session_id, const MatchId& match, Callback<Unit> answer) override;
  void match_data(const Presence& sender,
                  const MatchId& match,
                  std::int64_t op_code,
                  std::string data,
                  bool reliable,
                  std::vector<Uuid> targets,
                  Callback<Unit> answer) override;
  void match_list(RelayedFilter filter, Callback<std::vector<RelayedListing>> answer) override;

  void follow(const Uuid& session_id,
              std::vector<Uuid> users,
              Callback<std::vector<StatusPresence>> answer) override;
  void unfollow(const Uuid& session_id, std::vector<Uuid> users) override;
  Result<> update_status(const Presence& presence, std::optional<std::string> status) override;
  bool is_online(const Uuid& user) const override { return context_.online.contains(user); }
  std::uint64_t count() const override { return context_.online.sockets.load(); }

  // The open sockets of this shard, of which at most `listed_max` are listed.
  OpenSessions open(std::size_t listed_max) const;

  bool is_open(const Uuid& session_id) const { return sockets_.contains(session_id); }
  // Ends the follows of these users, also for a socket that has closed.
  void unfollow_all(const Uuid& session_id, std::vector<Uuid> users);

  // Called by the shards of the streams, through Parts: messages to deliver, and the streams that a
  // socket has joined or left.
  void deliver(std::vector<Delivery> batch);
  void entered(const Uuid& session_id, const StreamId& stream);
  void left(const Uuid& session_id, const StreamId& stream);

 private:
  struct Socket {
    Presence presence;
    ClientSocket* socket = nullptr;
    std::int64_t opened_ms = 0;
    std::vector<StreamId> streams;
    std::vector<Uuid> follows;  // sorted
    // Counts the relayed messages of this socket that not all receivers have yet.
    std::shared_ptr<UnderWay::Count> under_way = std::make_shared<UnderWay::Count>(0);
    std::unique_ptr<Backlog> backlog;  // null while the client is not slow
  };
  // The follows of a closed socket, which are ended some at a time.
  struct Unfollowing {
    Uuid session_id;
    std::vector<Uuid> users;
    std::size_t done = 0;  // number of users that are done
  };
  using Sockets = std::unordered_map<Uuid, Socket>;

  std::uint32_t home_of(const Uuid& user) const;
  void forget(Sockets::iterator at);
  void leave_other_matches(Socket& socket, const StreamId& joined);
  void close_socket(const Uuid& session_id, std::string_view reason);
  std::size_t deliver_some(Delivery& delivery, std::size_t units_max);
  // True when the message was sent at once. False: it waits, or the socket has closed.
  bool deliver_to(const Uuid& session_id, const MessagePtr& message);
  std::size_t unfollow_some(Unfollowing& unfollowing, std::size_t units_max);
  Result<> take_presence_change(const Uuid& user);
  void count_relayed(const Uuid& user, std::int32_t by);

  PartContext context_;
  Sockets sockets_;
  RateLimiter presence_changes_;
  SlicedQueue<Delivery> deliveries_;
  SlicedQueue<Unfollowing> unfollowings_;
  QueuedSenders queued_;
};

}  // namespace serai::session
