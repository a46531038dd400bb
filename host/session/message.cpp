#include "session/message.hpp"

#include <nakama/realtime.pb.h>

namespace serai::session {

Message::Message(const EnvelopeCodec& codec,
                 std::unique_ptr<nakama::realtime::Envelope> envelope,
                 UnderWay under_way)
    : codec_(codec), envelope_(std::move(envelope)), under_way_(std::move(under_way)) {}

Message::~Message() = default;

const std::shared_ptr<const std::string>& Message::bytes(SocketFormat format) const {
  Encoded& encoded = encoded_[static_cast<std::size_t>(format)];
  std::call_once(encoded.once, [&] {
    encoded.bytes = std::make_shared<const std::string>(codec_.encode(*envelope_, format));
  });
  return encoded.bytes;
}

}  // namespace serai::session
