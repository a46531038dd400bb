// JSON into messages and back: what is accepted once reads the same ever after.
#include "base/proto_json.hpp"

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
               "output is input");
  std::string second;
  serai::append_json(again, second);
  fuzz_require(first == second, "writing is stable");
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

std::vector<std::string> fuzz_seeds() {
  return {R"({"cid":"1","rpc":{"id":"a","payload":"{}"}})",
          R"({"match_data_send":{"op_code":"-9","data":"aGk=","presences":[{"status":"x"}]}})",
          R"({"objects":[{"collection":"c","key":"k","value":"{}","permission_read":2}]})",
          R"({"name":"n","properties":{"a":"b"},"timestamp":"2024-05-01T10:00:00.25+02:00"})",
          R"({"limit":10,"label":"x","min_size":1e1,"authoritative":true})",
          R"({"matchmaker_add":{"numeric_properties":{"a":1.5,"b":"NaN"},"count_multiple":2}})"};
}
