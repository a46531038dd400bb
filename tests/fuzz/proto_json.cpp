// Fuzz target: JSON into messages and back. Accepted JSON that is written again is read as the same
// message.
#include "base/proto_json_read.hpp"
#include "base/proto_json_write.hpp"
#include "fuzz/fuzz.hpp"
#include "nakama/api.pb.h"
#include "nakama/realtime.pb.h"

namespace {

template <class Message>
void check(std::string_view json, serai::UnknownFields unknown) {
  Message message;
  if (!serai::read_json(json, unknown, message).ok()) return;
  std::string first;
  serai::append_json(message, first);
  Message again;
  fuzz_require(serai::read_json(first, serai::UnknownFields::refuse, again).ok(),
               "written JSON can be read");
  std::string second;
  serai::append_json(again, second);
  fuzz_require(first == second, "a message is written the same again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz_text(data, size);
  check<nakama::realtime::Envelope>(text, serai::UnknownFields::refuse);
  check<nakama::api::WriteStorageObjectsRequest>(text, serai::UnknownFields::ignore);
  check<nakama::api::Event>(text, serai::UnknownFields::ignore);
  check<nakama::api::ListMatchesRequest>(text, serai::UnknownFields::refuse);
  return 0;
}
