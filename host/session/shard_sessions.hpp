// ShardSessions: the open sockets of one shard, and what clients do with them.
//
// Thread  the shard's own, asserted; is_online() and count(): any.
// Owner   borrows each ClientSocket from opened() until closed(), or until it closes it itself:
// from that
//         moment nothing is sent to it any more.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/ports/sessions.hpp"
#include "session/open_sessions.hpp"
#include "session/outbox.hpp"
#include "session/part_context.hpp"

namespace serai {

class ShardSessions final : public Sessions {
 public:
  explicit ShardSessions(const PartContext& context) : context_(context) {}

  void opened(const Presence& presence, ClientSocket& socket, bool status) override;
  void closed(const Uuid& session_id) override;

  // size and others as the client sees them: a creator is counted, a joiner is not; who is already
  // in finds itself among the others of a join.
  void match_create(const Presence& presence,
                    std::string name,
                    Answer<RelayedMatch> answer) override;
  void match_join(const Presence& presence,
                  const MatchId& match,
                  bool may_be_empty,
                  Answer<RelayedMatch> answer) override;
  void match_leave(const Uuid& session_id, const MatchId& match, Answer<Unit> answer) override;
  void match_data(const Presence& sender,
                  const MatchId& match,
                  std::int64_t op_code,
                  std::string data,
                  bool reliable,
                  std::vector<Uuid> targets) override;
  void match_list(RelayedFilter filter, Answer<std::vector<RelayedListing>> answer) override;

  // resource_exhausted: the socket follows as many users as it may.
  void follow(const Uuid& session_id,
              std::vector<Uuid> users,
              Answer<std::vector<StatusPresence>> answer) override;
  void unfollow(const Uuid& session_id, std::vector<Uuid> users) override;
  void update_status(const Presence& presence, std::optional<std::string> status) override;
  bool is_online(const Uuid& user) const override { return context_.online.contains(user); }
  std::uint64_t count() const override { return context_.online.sockets.load(); }

  OpenSessions open(std::size_t listed_max) const;

  // From the streams' shards.
  void deliver(const std::vector<Delivery>& batch);
  void entered(const Uuid& session_id, const StreamId& stream);
  void left(const Uuid& session_id, const StreamId& stream);

 private:
  struct Socket {
    Presence presence;
    ClientSocket* socket = nullptr;
    std::int64_t opened_ms = 0;
    std::vector<StreamId> streams;
    std::vector<Uuid> follows;  // sorted
  };
  struct Follow;
  struct Listing;
  using Sockets = std::unordered_map<Uuid, Socket>;

  std::uint32_t home_of(const Uuid& user) const;
  void forget(Sockets::iterator at);
  void leave_other_matches(Socket& socket, const StreamId& joined);
  void close_socket(const Uuid& session_id, std::string_view reason);
  static void follow_next(Parts& parts, std::unique_ptr<Follow> follow);
  static void list_next(Parts& parts, std::unique_ptr<Listing> listing);

  PartContext context_;
  Sockets sockets_;
};

}  // namespace serai
