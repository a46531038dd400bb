// Fuzz target: a query. Escapes are decoded, and values are bound to requests. The lenient parser
// reads every query that the strict parser accepts, and a bound request can be serialized.
#include "protocol/query.hpp"

#include "base/json_text.hpp"
#include "fuzz/fuzz.hpp"
#include "nakama/api.pb.h"

using namespace serai;

namespace {

std::string percent_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

template <class Message>
void check_binding(const protocol::NamedValues& values) {
  Message message;
  if (!protocol::bind_query(values, {}, message)) return;
  Message again;
  fuzz_require(again.ParseFromString(message.SerializeAsString()),
               "a bound request can be serialized");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  for (const protocol::Plus plus : {protocol::Plus::plain, protocol::Plus::space}) {
    fuzz_require(percent_decode(percent_encoded(text), plus) == text,
                 "an escaped text is decoded to itself");
    const auto decoded = percent_decode(text, plus);
    fuzz_require(!decoded || decoded->size() <= text.size(),
                 "decoding does not make a text longer");
  }
  const protocol::NamedValues lenient = protocol::parse_query_leniently(text);
  const auto strict = protocol::parse_query(text);
  if (!strict) return 0;
  fuzz_require(*strict == lenient, "both parsers read the same");
  check_binding<nakama::api::ListMatchesRequest>(*strict);
  check_binding<nakama::api::ListStorageObjectsRequest>(*strict);
  check_binding<nakama::api::GetUsersRequest>(*strict);
  check_binding<nakama::api::ListNotificationsRequest>(*strict);
  return 0;
}
