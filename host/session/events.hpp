// Events: builds the envelopes that the server sends without a request: presence and status events,
// match data, and notifications.
//
// Thread  any; plain functions.
// Owner   the caller owns the returned message. Arguments are copied, except for the codec, which
//         must outlive the message.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/sessions.hpp"
#include "ports/streams.hpp"
#include "session/message.hpp"

namespace serai::session {

// The presences that joined and left a stream in one operation.
struct PresenceChange {
  std::vector<Presence> joins;
  std::vector<Presence> leaves;
};

// The statuses of one user that were set and removed in one operation.
struct StatusChange {
  std::vector<StatusPresence> joins;
  std::vector<StatusPresence> leaves;
};

// Builds a match presence event for a match, and a stream presence event for any other stream.
MessagePtr make_presence_event(const EnvelopeCodec& codec,
                               const StreamId& stream,
                               const PresenceChange& change);
MessagePtr make_status_event(const EnvelopeCodec& codec, const StatusChange& change);
// Builds the error for match data that was refused.
MessagePtr make_match_data_refusal(const EnvelopeCodec& codec, const Error& why);
// `under_way` counts the message for its sender; by default it has none.
MessagePtr make_match_data(const EnvelopeCodec& codec,
                           const MatchId& match,
                           const MatchData& data,
                           UnderWay under_way = {});
MessagePtr make_notification(const EnvelopeCodec& codec, const Notification& notification);

}  // namespace serai::session
