#include "protocol/socket_requests.hpp"

#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "protocol/rpc_log.hpp"
#include "protocol/socket_matches.hpp"
#include "protocol/socket_status.hpp"
#include "protocol/validate.hpp"

namespace serai::protocol {
namespace {

using Kind = realtime::Envelope::MessageCase;

bool is_not_offered(Kind kind) {
  switch (kind) {
    case Kind::kChannelJoin:
    case Kind::kChannelLeave:
    case Kind::kChannelMessageSend:
    case Kind::kChannelMessageUpdate:
    case Kind::kChannelMessageRemove:
    case Kind::kMatchmakerAdd:
    case Kind::kMatchmakerRemove:
    case Kind::kPartyCreate:
    case Kind::kPartyJoin:
    case Kind::kPartyLeave:
    case Kind::kPartyPromote:
    case Kind::kPartyAccept:
    case Kind::kPartyRemove:
    case Kind::kPartyClose:
    case Kind::kPartyJoinRequestList:
    case Kind::kPartyMatchmakerAdd:
    case Kind::kPartyMatchmakerRemove:
    case Kind::kPartyDataSend:
    case Kind::kPartyUpdate:
      return true;
    default:
      return false;
  }
}

void run_other(ClientSession& session, Kind kind) {
  if (kind == Kind::MESSAGE_NOT_SET) {
    return session.answer_error_and_close(
        realtime::Error::MISSING_PAYLOAD,
        "Missing message: an envelope holds one request, such as \"rpc\", beside its cid");
  }
  const auto* field = realtime::Envelope::descriptor()->FindFieldByNumber(kind);
  if (!is_not_offered(kind)) {
    return session.answer_error_and_close(
        realtime::Error::UNRECOGNIZED_PAYLOAD,
        "Unrecognized message: " + quoted(field->name()) + " is sent by servers, not by clients");
  }
  session.answer_error(realtime::Error::BAD_INPUT,
                       field->name() + " is not offered by this server");
}

void answer_pong(ClientSession& session) {
  realtime::Envelope envelope;
  envelope.mutable_pong();
  session.answer(envelope);
}

// Writes the answer of an RPC without building a message, because it is the most frequent answer.
// The reserved size has room for the names and for some escapes in the payload.
std::string rpc_answer_json(ClientSession& session, std::string_view payload) {
  std::string text;
  text.reserve(session.request().cid.size() + session.request().rpc_id.size() +
               payload.size() * 5 / 4 + 48);
  text += '{';
  if (!session.request().cid.empty()) {
    text += "\"cid\":";
    append_json_string(session.request().cid, text);
    text += ',';
  }
  text += "\"rpc\":{\"id\":";
  append_json_string(session.request().rpc_id, text);
  if (!payload.empty()) {
    text += ",\"payload\":";
    append_json_string(payload, text);
  }
  text += "}}";
  return text;
}

void answer_rpc(ClientSession& session, std::string payload) {
  if (session.format() == SocketFormat::json) {
    return session.answer_text(rpc_answer_json(session, payload));
  }
  realtime::Envelope envelope;
  envelope.mutable_rpc()->set_id(session.request().rpc_id);
  envelope.mutable_rpc()->set_payload(std::move(payload));
  session.answer(envelope);
}

void on_rpc_answer(ClientSession& session, RpcAnswer answer) {
  const Presence& sender = session.presence();
  log_rpc(session.ports().log,
          {session.request().rpc_name,
           sender.user_id,
           sender.session_id,
           session.request().trace_id,
           session.took_us()},
          answer);
  Result<std::string>& payload = answer.payload;
  if (!payload && payload.error().kind == ErrorKind::unknown_rpc) {
    return session.answer_error(realtime::Error::RUNTIME_FUNCTION_NOT_FOUND,
                                payload.error().detail);
  }
  session.core().rpcs.observe(session.request().rpc_name, answer.by, session.took_us());
  if (!payload) {
    return session.answer_error(realtime::Error::RUNTIME_FUNCTION_EXCEPTION,
                                payload.error().detail);
  }
  answer_rpc(session, *std::move(payload));
}

}  // namespace

void run_rpc(ClientSession& session, std::string id, std::string payload) {
  if (id.empty()) {
    return session.answer_error(realtime::Error::BAD_INPUT,
                                "RPC ID must be set: \"id\" names the RPC to call");
  }
  session.request().rpc_name = lower_case(id);
  session.request().rpc_id = std::move(id);
  RpcRequest asked;
  asked.id = session.request().rpc_name;
  asked.payload = std::move(payload);
  const Presence& sender = session.presence();
  asked.caller = {sender.user_id, sender.username, sender.session_id};
  asked.trace_id = session.request().trace_id;
  session.ports().game.rpc(std::move(asked), session.when_answered<RpcAnswer>(on_rpc_answer));
}

void run_request(ClientSession& session, realtime::Envelope& envelope) {
  switch (envelope.message_case()) {
    case Kind::kRpc:
      return run_rpc(session,
                     std::move(*envelope.mutable_rpc()->mutable_id()),
                     std::move(*envelope.mutable_rpc()->mutable_payload()));
    case Kind::kPing:
      return answer_pong(session);
    case Kind::kPong:
      return session.answer_silently();
    case Kind::kMatchCreate:
      return create_match(session, *envelope.mutable_match_create());
    case Kind::kMatchJoin:
      return join_match(session, *envelope.mutable_match_join());
    case Kind::kMatchLeave:
      return leave_match(session, envelope.match_leave());
    case Kind::kMatchDataSend:
      return send_match_data(session, *envelope.mutable_match_data_send());
    case Kind::kStatusFollow:
      return follow_status(session, envelope.status_follow());
    case Kind::kStatusUnfollow:
      return unfollow_status(session, envelope.status_unfollow());
    case Kind::kStatusUpdate:
      return update_status(session, envelope.status_update());
    default:
      return run_other(session, envelope.message_case());
  }
}

}  // namespace serai::protocol
