// FakeSessions: answers calls about relayed matches and status, and records them, for tests of the
// protocol. FakeSocket: a client socket that stores the messages that it would send.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/sessions.hpp"

namespace serai::testing {

class FakeSocket final : public ClientSocket {
 public:
  explicit FakeSocket(SocketFormat socket_format) : format_(socket_format) {}
  std::vector<std::string> sent;
  std::optional<std::string> closed;

  void send(std::string message) override { sent.push_back(std::move(message)); }
  void send_shared(std::shared_ptr<const std::string> message) override {
    sent.push_back(*message);
  }
  void close(std::string_view reason) override { closed = std::string(reason); }
  void drop() override { is_dropped = true; }
  bool is_dropped = false;
  SocketFormat format() const override { return format_; }
  bool is_slow() override { return false; }
  void read_on() override { ++read_on_calls; }
  int read_on_calls = 0;

 private:
  SocketFormat format_;
};

class FakeSessions final : public Sessions {
 public:
  struct Data {
    MatchId match;
    std::int64_t op_code;
    std::string data;
    bool reliable;
    std::vector<Uuid> targets;
  };
  std::set<Uuid> online;
  std::vector<Presence> opened_sockets;
  std::vector<Uuid> closed_sockets;
  std::vector<bool> shows_status;
  Result<RelayedMatch> match{Errc::not_found, "nobody there"};
  std::vector<RelayedListing> relayed;
  std::vector<RelayedFilter> relayed_filters;
  std::vector<std::string> created;
  std::vector<std::string> leaves;
  std::vector<Data> data;
  std::vector<Uuid> followed;
  std::string follow_refusal;  // not empty: follow() is refused with this text
  std::vector<StatusPresence> statuses;
  std::vector<Uuid> unfollowed;
  std::vector<std::optional<std::string>> status_updates;

  Result<> room = success();  // the result of reserve_socket(), may_join() and update_status()
  int reserved = 0;           // sockets
  std::vector<SocketOpening> openings;
  std::vector<Uuid> flushed_sockets;
  bool holds_senders = false;  // true: go_on() gives the answers to match data
  std::vector<Callback<Unit>> held;

  Result<> reserve_socket(const Uuid&) override {
    if (room) ++reserved;
    return room;
  }
  void drop_socket(const Uuid&) override { --reserved; }
  void opened(const Presence& presence, ClientSocket&, const SocketOpening& opening) override {
    opened_sockets.push_back(presence);
    shows_status.push_back(opening.shows_status);
    openings.push_back(opening);
  }
  void flushed(const Uuid& session_id) override { flushed_sockets.push_back(session_id); }
  Result<> may_join(const Uuid&, const MatchId&) override { return room; }
  void go_on() {
    for (auto& answer : std::exchange(held, {})) answer(Unit{});
  }
  void closed(const Uuid& session_id) override { closed_sockets.push_back(session_id); }
  void match_create(const Presence&, std::string name, Callback<RelayedMatch> answer) override {
    created.push_back(std::move(name));
    answer(match);
  }
  void match_join(const Presence&, const MatchId&, bool, Callback<RelayedMatch> answer) override {
    answer(match);
  }
  void match_leave(const Uuid&, const MatchId& left, Callback<Unit> answer) override {
    leaves.push_back(left.text());
    answer(Unit{});
  }
  void match_data(const Presence&,
                  const MatchId& to,
                  std::int64_t op_code,
                  std::string bytes,
                  bool reliable,
                  std::vector<Uuid> targets,
                  Callback<Unit> answer) override {
    data.push_back({to, op_code, std::move(bytes), reliable, std::move(targets)});
    if (holds_senders) {
      held.push_back(std::move(answer));
    } else {
      answer(Unit{});
    }
  }
  void match_list(RelayedFilter filter, Callback<std::vector<RelayedListing>> answer) override {
    relayed_filters.push_back(filter);
    answer(relayed);
  }
  void follow(const Uuid&,
              std::vector<Uuid> users,
              Callback<std::vector<StatusPresence>> answer) override {
    if (!follow_refusal.empty()) return answer({Errc::resource_exhausted, follow_refusal});
    followed = std::move(users);
    answer(statuses);
  }
  void unfollow(const Uuid&, std::vector<Uuid> users) override { unfollowed = std::move(users); }
  Result<> update_status(const Presence&, std::optional<std::string> status) override {
    if (room) status_updates.push_back(std::move(status));
    return room;
  }
  bool is_online(const Uuid& user) const override { return online.contains(user); }
  std::uint64_t count() const override { return opened_sockets.size() - closed_sockets.size(); }
};

// FakeResumes: records the calls, and hands every session on as it is.
class FakeResumes final : public ResumingSockets {
 public:
  std::vector<ResumeRefusal> begun;
  std::vector<ResumeRequest> requests;
  // The outcome of resume(): a refusal, or none and `next`, or `no_room`.
  ResumeRefusal refusal = ResumeRefusal::unknown;
  std::unique_ptr<SocketSession> next;
  std::optional<Error> no_room;

  std::optional<std::uint32_t> shard_of(std::string_view token) const override {
    return token == "elsewhere" ? std::optional<std::uint32_t>(7) : std::nullopt;
  }
  std::unique_ptr<SocketSession> begin(std::unique_ptr<SocketSession> session,
                                       const Presence&,
                                       SocketFormat,
                                       ResumeRefusal why) override {
    begun.push_back(why);
    return session;
  }
  Result<ResumeOutcome> resume(const ResumeRequest& request) override {
    requests.push_back(request);
    if (no_room) return *no_room;
    return ResumeOutcome{std::move(next), refusal};
  }
};

}  // namespace serai::testing
