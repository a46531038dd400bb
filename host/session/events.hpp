// Events: the envelopes that the server sends without being asked, built from the host's own
// values.
//
// Thread  any; plain functions.
// Owner   the caller owns the message made; arguments are copied.
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

// The same for the statuses of one user.
struct StatusChange {
  std::vector<StatusPresence> joins;
  std::vector<StatusPresence> leaves;
};

// The type of the event follows the mode: matches have their own, other streams the general one.
MessagePtr make_presence_event(const EnvelopeCodec& codec,
                               const StreamId& stream,
                               const PresenceChange& change);
MessagePtr make_status_event(const EnvelopeCodec& codec, const StatusChange& change);
MessagePtr make_match_data_refusal(const EnvelopeCodec& codec, const Error& why);
MessagePtr make_match_data(const EnvelopeCodec& codec,
                           const MatchId& match,
                           const MatchData& data,
                           UnderWay under_way = {});
MessagePtr make_notification(const EnvelopeCodec& codec, const Notification& notification);

}  // namespace serai::session
