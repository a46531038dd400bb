// Bytes into JSON without a message in between: bytes that Protobuf's own parser accepts give the
// JSON of that message.
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
  const bool taken = serai::wire_to_json(wire, *type.GetDescriptor(), ours).ok();
  const std::unique_ptr<google::protobuf::Message> meant(type.New());
  if (!meant->ParseFromArray(wire.data(), static_cast<int>(wire.size()))) return;
  fuzz_require(taken, "what Protobuf takes is taken");
  std::string theirs;
  serai::append_json(*meant, theirs);
  fuzz_require(ours == theirs, "it is written as what it means");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(every_type().prototype(), fuzz_text(data, size));
  check(every_type().maps(), fuzz_text(data, size));
  check(nakama::realtime::Envelope::default_instance(), fuzz_text(data, size));
  return 0;
}
