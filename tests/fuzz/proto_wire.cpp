// Fuzz target: Protobuf bytes into JSON without a message in between. Bytes that Protobuf's own
// parser accepts give the JSON of the message which that parser reads.
#include "base/proto_json_write.hpp"
#include "fuzz/fuzz.hpp"
#include "nakama/realtime.pb.h"
#include "unit/base/every_type.hpp"

namespace {

serai::testing::EveryType& every_type() {
  static serai::testing::EveryType type;
  return type;
}

void check(const google::protobuf::Message& type, std::string_view wire) {
  const google::protobuf::LogSilencer silence;  // Protobuf logs text that is not UTF-8
  std::string ours;
  const bool accepted = serai::wire_to_json(wire, *type.GetDescriptor(), ours).ok();
  const std::unique_ptr<google::protobuf::Message> message(type.New());
  if (!message->ParseFromArray(wire.data(), static_cast<int>(wire.size()))) return;
  fuzz_require(accepted, "bytes that Protobuf accepts are accepted");
  std::string theirs;
  serai::append_json(*message, theirs);
  fuzz_require(ours == theirs, "the JSON is that of the message");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(every_type().prototype(), fuzz_text(data, size));
  check(every_type().maps(), fuzz_text(data, size));
  check(nakama::realtime::Envelope::default_instance(), fuzz_text(data, size));
  return 0;
}
