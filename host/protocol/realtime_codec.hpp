// RealtimeCodec: envelopes of the realtime protocol as JSON text or Protobuf bytes.
//
// Errors  decode_envelope(): invalid_argument for a malformed message, and for JSON with an unknown
//         member.
// Thread  any; it has no state.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "ports/sessions.hpp"

namespace serai::protocol {

class RealtimeCodec final : public EnvelopeCodec {
 public:
  std::string encode(const nakama::realtime::Envelope& envelope,
                     SocketFormat format) const override;
  std::string numbered(std::string_view envelope,
                       std::uint64_t number,
                       SocketFormat format) const override;
  std::string greeting(const ResumeGreeting& greeting, SocketFormat format) const override;
};

Result<> decode_envelope(std::string_view message,
                         SocketFormat format,
                         nakama::realtime::Envelope& out);

}  // namespace serai::protocol
