#include "protocol/socket_status.hpp"

#include <algorithm>

#include "protocol/validate.hpp"
#include "protocol/wire.hpp"

namespace serai::protocol {
namespace {

constexpr std::size_t kStatusBytesMax = 2048;

void answer_followed(ClientSession& session, Result<std::vector<StatusPresence>> result) {
  if (!result && result.error().code == Errc::resource_exhausted) {
    return session.answer_error(realtime::Error::BAD_INPUT, result.error().detail);
  }
  if (!result) {
    return session.answer_error(realtime::Error::RUNTIME_EXCEPTION,
                                "Could not follow users: the server is in trouble, try again");
  }
  realtime::Envelope envelope;
  auto& status = *envelope.mutable_status();
  for (const StatusPresence& entry : *result) {
    auto& presence = *status.add_presences();
    to_wire(entry.presence, presence);
    presence.mutable_status()->set_value(entry.status);
  }
  session.answer(envelope);
}

void follow(ClientSession& session, std::vector<Uuid> users) {
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  std::erase(users, session.presence().user_id);  // sockets get their own user's statuses anyway
  if (users.empty()) return answer_followed(session, std::vector<StatusPresence>{});
  session.ports().sessions.follow(
      session.presence().session_id,
      std::move(users),
      session.when_answered<Result<std::vector<StatusPresence>>>(answer_followed));
}

// Reads user ids. Nothing when a text is not an id; then the request has been answered.
std::optional<std::vector<Uuid>> read_user_ids(
    ClientSession& session, const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::vector<Uuid> ids;
  for (const std::string& text : texts) {
    const auto id = Uuid::parse(text);
    if (!id) {
      session.answer_error(realtime::Error::BAD_INPUT,
                           "Invalid user identifier " + quoted(text) + ": user ids are UUIDs");
      return std::nullopt;
    }
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace

void follow_status(ClientSession& session, const realtime::StatusFollow& request) {
  auto ids = read_user_ids(session, request.user_ids());
  if (!ids) return;
  std::vector<std::string> names(request.usernames().begin(), request.usernames().end());
  if (std::find(names.begin(), names.end(), "") != names.end()) {
    return session.answer_error(realtime::Error::BAD_INPUT,
                                "Invalid username: one of the usernames is empty, leave it out");
  }
  if (names.empty()) return follow(session, std::move(*ids));
  session.ports().identity.get_users(
      {},
      std::move(names),
      session.when_answered<Result<std::vector<User>>>(
          [ids = std::move(*ids)](ClientSession& self, Result<std::vector<User>> users) mutable {
            if (!users) {
              return self.answer_error(realtime::Error::RUNTIME_EXCEPTION,
                                       "Could not look up users: try again");
            }
            for (const User& user : *users) ids.push_back(user.id);
            follow(self, std::move(ids));
          }));
}

void unfollow_status(ClientSession& session, const realtime::StatusUnfollow& request) {
  auto ids = read_user_ids(session, request.user_ids());
  if (!ids) return;
  std::erase(*ids, session.presence().user_id);
  if (!ids->empty()) {
    session.ports().sessions.unfollow(session.presence().session_id, std::move(*ids));
  }
  session.answer_nothing();
}

void update_status(ClientSession& session, const realtime::StatusUpdate& request) {
  std::optional<std::string> status;
  if (request.has_status()) status = request.status().value();
  if (status && status->size() > kStatusBytesMax) {
    return session.answer_error(
        realtime::Error::BAD_INPUT,
        "Status must be no more than 2048 bytes, this one has " + std::to_string(status->size()));
  }
  const auto updated =
      session.ports().sessions.update_status(session.presence(), std::move(status));
  if (!updated) return session.answer_error(realtime::Error::BAD_INPUT, updated.error().detail);
  session.answer_nothing();
}

}  // namespace serai::protocol
