#include "protocol/realtime_codec.hpp"

#include "base/proto_json_read.hpp"
#include "base/proto_json_write.hpp"
#include "nakama/realtime.pb.h"

namespace serai::protocol {

std::string RealtimeCodec::encode(const nakama::realtime::Envelope& envelope,
                                  SocketFormat format) const {
  if (format == SocketFormat::protobuf) return envelope.SerializeAsString();
  std::string text;
  append_json(envelope, text);
  return text;
}

Result<> decode_envelope(std::string_view message,
                         SocketFormat format,
                         nakama::realtime::Envelope& out) {
  if (format == SocketFormat::json) return read_json(message, UnknownFields::refuse, out);
  const bool parsed = out.ParseFromArray(message.data(), static_cast<int>(message.size()));
  return parsed ? success() : Result<>(Errc::invalid_argument, "broken Protobuf");
}

}  // namespace serai::protocol
