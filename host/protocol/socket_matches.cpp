#include "protocol/socket_matches.hpp"

#include "protocol/validate.hpp"
#include "protocol/wire.hpp"

namespace serai::protocol {
namespace {

using Failure = realtime::Error;

struct MatchView {
  const MatchId& match;
  std::uint32_t size;
  const std::vector<Presence>& others;
  const std::string* label = nullptr;  // authoritative matches only
};

void answer_match(ClientSession& session, const MatchView& view) {
  realtime::Envelope envelope;
  auto& match = *envelope.mutable_match();
  match.set_match_id(view.match.text());
  match.set_size(static_cast<std::int32_t>(view.size));
  if (view.label != nullptr) {
    match.set_authoritative(true);
    match.mutable_label()->set_value(*view.label);
  }
  for (const Presence& other : view.others) to_wire(other, *match.add_presences());
  to_wire(session.presence(), *match.mutable_self());
  session.answer(envelope);
}

void answer_refusal(ClientSession& session, const MatchId& match, const Error& error) {
  switch (error.code) {
    case Errc::not_found:
      return session.answer_error(Failure::MATCH_NOT_FOUND,
                                  "Match not found: nobody is in " + quoted(match.text()) +
                                      ", it has ended or never existed; list or create one");
    case Errc::permission_denied:
      return session.answer_error(Failure::MATCH_JOIN_REJECTED,
                                  error.detail.empty() ? "Match join rejected" : error.detail);
    case Errc::resource_exhausted:
      return session.answer_error(Failure::MATCH_JOIN_REJECTED,
                                  "Match is not currently accepting join requests");
    case Errc::deadline_exceeded:
      return session.answer_error(
          Failure::MATCH_JOIN_REJECTED,
          "Match join rejected: the match did not answer in time, try again");
    case Errc::invalid_argument:
      return session.answer_error(Failure::BAD_INPUT, error.detail);
    default:
      session.ports().log.warn("match.join_failed",
                               {{"code", error.code},
                                {"player_id", session.presence().user_id.text()},
                                {"reason", error.detail}});
      return session.answer_error(Failure::RUNTIME_EXCEPTION,
                                  "Could not join the match: the server is in trouble, try again");
  }
}

void answer_bad_match_id(ClientSession& session, std::string_view given) {
  session.answer_error(Failure::BAD_INPUT,
                       "Invalid match ID " + quoted(given) +
                           ": expected \"<UUID>.\" or \"<key>.<kind>\", as the server sent it");
}

// False: the join is refused, and the request has been answered.
bool may_join(ClientSession& session, const MatchId& match) {
  const auto room = session.ports().sessions.may_join(session.presence().session_id, match);
  if (!room) session.answer_error(Failure::BAD_INPUT, room.error().detail);
  return room.ok();
}

void leave_quietly(SocketCore& core, const Uuid& session_id, const MatchId& match) {
  const auto ignore = [](const Result<Unit>&) {};
  if (match.relayed()) {
    core.ports.sessions.match_leave(session_id, match, ignore);
  } else {
    core.ports.game.match_leave(match, session_id, ignore);
  }
}

// Like when_answered(), but the callback reverses a join that succeeds after its socket has closed.
template <class T, class Then>
UniqueFunction<void(Result<T>)> when_joined(ClientSession& session, MatchId match, Then then) {
  return [core = &session.core(),
          serial = session.serial(),
          session_id = session.presence().session_id,
          match = std::move(match),
          then](Result<T> result) mutable {
    if (ClientSession* self = core->find(serial)) {
      if (!result) return answer_refusal(*self, match, result.error());
      return then(*self, match, *result);
    }
    if (result) leave_quietly(*core, session_id, match);
  };
}

void join_relayed(ClientSession& session, const MatchId& match) {
  session.ports().sessions.match_join(
      session.presence(),
      match,
      /*may_be_empty=*/false,
      when_joined<RelayedMatch>(
          session,
          match,
          [](ClientSession& self, const MatchId& joined, const RelayedMatch& answer) {
            const auto size = static_cast<std::uint32_t>(answer.others.size());
            answer_match(self, {joined, size, answer.others});
          }));
}

void join_authoritative(ClientSession& session, MatchJoinRequest request) {
  const MatchId match = request.match;
  session.ports().game.match_join(
      std::move(request),
      when_joined<MatchJoined>(
          session,
          match,
          [](ClientSession& self, const MatchId& joined, const MatchJoined& answer) {
            const auto size = static_cast<std::uint32_t>(answer.others.size());
            answer_match(self, {joined, size, answer.others, &answer.label});
          }));
}

// Returns the session ids that the sender names. invalid_argument: one of them is not a UUID.
Result<std::vector<Uuid>> read_targets(const realtime::MatchDataSend& request) {
  std::vector<Uuid> targets;
  for (const auto& presence : request.presences()) {
    const auto id = Uuid::parse(presence.session_id());
    if (!id) {
      return {Errc::invalid_argument,
              "Invalid presence: session_id " + quoted(presence.session_id()) +
                  " is not a UUID; use the presences that the server sent"};
    }
    targets.push_back(*id);
  }
  return targets;
}

}  // namespace

void create_match(ClientSession& session, realtime::MatchCreate& request) {
  if (!may_join(session, {})) return;
  session.ports().sessions.match_create(
      session.presence(),
      std::move(*request.mutable_name()),
      session.when_answered<Result<RelayedMatch>>(
          [](ClientSession& self, Result<RelayedMatch> made) {
            if (!made) return answer_refusal(self, {}, made.error());
            answer_match(self, {made->match, made->size, made->others});
          }));
}

void join_match(ClientSession& session, realtime::MatchJoin& request) {
  if (request.has_token()) {
    return session.answer_error(Failure::BAD_INPUT,
                                "Match tokens are not offered by this server: use match_id");
  }
  auto match = MatchId::parse(request.match_id());
  if (!match) return answer_bad_match_id(session, request.match_id());
  if (!may_join(session, *match)) return;
  if (match->relayed()) return join_relayed(session, *match);
  MatchJoinRequest asked{std::move(*match), session.presence(), {}, session.request().trace_id};
  asked.metadata.insert(request.metadata().begin(), request.metadata().end());
  join_authoritative(session, std::move(asked));
}

void leave_match(ClientSession& session, const realtime::MatchLeave& request) {
  const auto match = MatchId::parse(request.match_id());
  if (!match) return answer_bad_match_id(session, request.match_id());
  const Uuid session_id = session.presence().session_id;
  // Leaving a match without being a member is not an error.
  auto answered = session.when_answered<Result<Unit>>(
      [](ClientSession& self, const Result<Unit>&) { self.answer_nothing(); });
  if (match->relayed()) {
    session.ports().sessions.match_leave(session_id, *match, std::move(answered));
  } else {
    session.ports().game.match_leave(*match, session_id, std::move(answered));
  }
}

void send_match_data(ClientSession& session, realtime::MatchDataSend& request) {
  auto match = MatchId::parse(request.match_id());
  if (!match) return answer_bad_match_id(session, request.match_id());
  auto targets = read_targets(request);
  if (!targets) return session.answer_error(Failure::BAD_INPUT, targets.error().detail);
  std::string data = std::move(*request.mutable_data());
  if (!match->relayed()) {
    session.ports().game.match_data({std::move(*match),
                                     session.presence(),
                                     request.op_code(),
                                     std::move(data),
                                     session.request().trace_id});
    return session.answer_silently();
  }
  session.stop_reading();
  session.ports().sessions.match_data(
      session.presence(),
      *match,
      request.op_code(),
      std::move(data),
      request.reliable(),
      std::move(*targets),
      session.when_answered<Result<Unit>>(
          [](ClientSession& self, const Result<Unit>&) { self.answer_silently(); }));
}

}  // namespace serai::protocol
