#include "session/events.hpp"

#include <nakama/realtime.pb.h>

namespace serai::session {
namespace {

namespace wire = nakama::realtime;

void fill(const Presence& presence, wire::UserPresence& out) {
  out.set_user_id(presence.user_id.text());
  out.set_session_id(presence.session_id.text());
  out.set_username(presence.username);
}

void fill(const StatusPresence& presence, wire::UserPresence& out) {
  fill(presence.presence, out);
  out.mutable_status()->set_value(presence.status);
}

// Presence and status events have the same two lists.
template <class Change, class Event>
void fill_lists(const Change& change, Event& out) {
  for (const auto& join : change.joins) fill(join, *out.add_joins());
  for (const auto& leave : change.leaves) fill(leave, *out.add_leaves());
}

void fill(const StreamId& stream, wire::Stream& out) {
  out.set_mode(static_cast<int>(stream.mode));
  if (!stream.subject.is_nil()) out.set_subject(stream.subject.text());
  if (!stream.subcontext.is_nil()) out.set_subcontext(stream.subcontext.text());
  out.set_label(stream.label);
}

bool is_match(const StreamId& stream) {
  return stream.mode == StreamMode::match_relayed || stream.mode == StreamMode::match_authoritative;
}

}  // namespace

MessagePtr make_presence_event(const EnvelopeCodec& codec,
                               const StreamId& stream,
                               const PresenceChange& change) {
  auto envelope = std::make_unique<wire::Envelope>();
  if (is_match(stream)) {
    auto& event = *envelope->mutable_match_presence_event();
    event.set_match_id(MatchId::of(stream).text());
    fill_lists(change, event);
  } else {
    auto& event = *envelope->mutable_stream_presence_event();
    fill(stream, *event.mutable_stream());
    fill_lists(change, event);
  }
  return std::make_shared<const Message>(codec, std::move(envelope));
}

MessagePtr make_status_event(const EnvelopeCodec& codec, const StatusChange& change) {
  auto envelope = std::make_unique<wire::Envelope>();
  fill_lists(change, *envelope->mutable_status_presence_event());
  return std::make_shared<const Message>(codec, std::move(envelope));
}

MessagePtr make_match_data(const EnvelopeCodec& codec,
                           const MatchId& match,
                           const MatchData& data,
                           UnderWay under_way) {
  auto envelope = std::make_unique<wire::Envelope>();
  auto& event = *envelope->mutable_match_data();
  event.set_match_id(match.text());
  if (data.sender) fill(*data.sender, *event.mutable_presence());
  event.set_op_code(data.op_code);
  event.set_data(std::string(data.data));
  event.set_reliable(data.reliable);
  return std::make_shared<const Message>(codec, std::move(envelope), std::move(under_way));
}

// The error has no cid. Match data is not answered, so no client waits for an answer with a cid.
MessagePtr make_match_data_refusal(const EnvelopeCodec& codec, const Error& why) {
  auto envelope = std::make_unique<wire::Envelope>();
  auto& error = *envelope->mutable_error();
  switch (why.code) {
    case Errc::invalid_argument:
    case Errc::unimplemented:
      error.set_code(wire::Error::BAD_INPUT);
      break;
    case Errc::not_found:
      error.set_code(wire::Error::MATCH_NOT_FOUND);
      break;
    default:
      error.set_code(wire::Error::RUNTIME_FUNCTION_EXCEPTION);
  }
  error.set_message(why.detail);
  return std::make_shared<const Message>(codec, std::move(envelope));
}

MessagePtr make_notification(const EnvelopeCodec& codec, const Notification& notification) {
  auto envelope = std::make_unique<wire::Envelope>();
  auto& out = *envelope->mutable_notifications()->add_notifications();
  out.set_id(notification.id.text());
  out.set_subject(notification.subject);
  out.set_content(notification.content);
  out.set_code(notification.code);
  // A live notification of the system has the nil UUID.
  out.set_sender_id(notification.sender_id.text());
  out.mutable_create_time()->set_seconds(notification.create_s);
  out.set_persistent(notification.persistent);
  return std::make_shared<const Message>(codec, std::move(envelope));
}

}  // namespace serai::session
