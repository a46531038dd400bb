#include "protocol/realtime_codec.hpp"

#include "base/proto_json_read.hpp"
#include "base/proto_json_write.hpp"
#include "nakama/realtime.pb.h"
#include "nakama/serai_resume.pb.h"

namespace serai::protocol {

std::string RealtimeCodec::encode(const nakama::realtime::Envelope& envelope,
                                  SocketFormat format) const {
  if (format == SocketFormat::protobuf) return envelope.SerializeAsString();
  std::string text;
  append_json(envelope, text);
  return text;
}

// Both forms come first, where a client finds them without parsing the envelope. In Protobuf,
// fields of one message may be written one after the other.
std::string RealtimeCodec::numbered(std::string_view envelope,
                                    std::uint64_t number,
                                    SocketFormat format) const {
  if (format == SocketFormat::protobuf) {
    serai::resume::ResumeMembers members;
    members.set_seq(number);
    return members.SerializeAsString().append(envelope);
  }
  std::string text;
  text.reserve(envelope.size() + 32);
  text.append(R"({"seq":")").append(std::to_string(number)).append("\"");
  if (envelope != "{}") text += ',';
  return text.append(envelope.substr(1));
}

std::string RealtimeCodec::greeting(const ResumeGreeting& greeting, SocketFormat format) const {
  serai::resume::ResumeMembers members;
  auto& out = *members.mutable_resume();
  out.set_token(greeting.token);
  out.set_keep_ms(greeting.keep_ms);
  out.set_resumed(greeting.resumed);
  out.set_received(greeting.received);
  out.set_refused(std::string(refusal_name(greeting.refusal)));
  out.set_message(std::string(refusal_text(greeting.refusal)));
  if (format == SocketFormat::protobuf) return members.SerializeAsString();
  std::string text;
  append_json(members, text);
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
