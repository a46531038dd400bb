// Fuzz target: texts of values: base64, ids, times, numbers, trace ids, strings in JSON. A value
// that was read is written with the same meaning, and is read again as the same value.
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/base64.hpp"
#include "base/json_number.hpp"
#include "base/json_text.hpp"
#include "base/rfc3339.hpp"
#include "base/trace_id.hpp"
#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

void check_base64(std::string_view text) {
  std::string standard;
  serai::append_base64(text, standard);
  fuzz_require(serai::decode_base64(standard) == text, "bytes are encoded and decoded the same");
  std::string for_urls;
  serai::append_base64url(text, for_urls);
  fuzz_require(serai::decode_base64(for_urls) == text,
               "bytes are encoded and decoded the same for URLs");
  const auto decoded = serai::decode_base64(text);
  if (!decoded) return;
  std::string again;
  serai::append_base64(*decoded, again);
  fuzz_require(serai::decode_base64(again) == decoded,
               "decoded bytes are encoded and decoded the same");
}

void check_id(std::string_view text) {
  const auto id = serai::Uuid::parse(text);
  if (id) fuzz_require(id->text() == lower(text), "an id is written as it was read");
  const serai::Uuid trace = serai::trace_of(text);
  if (trace.is_nil()) return;
  fuzz_require(lower(text).find(serai::trace_text(trace)) == 3, "a trace id is that in the text");
}

void check_time(std::string_view text) {
  const auto time = serai::parse_rfc3339(text);
  if (!time) return;
  fuzz_require(time->nanos >= 0 && time->nanos < 1'000'000'000, "nanoseconds are below a second");
  std::string again;
  serai::append_rfc3339(*time, again);
  fuzz_require(serai::parse_rfc3339(again) == time, "a time is written and read the same");
}

template <class Integer>
void check_whole(const serai::JsonNumber& number) {
  const auto whole = serai::to_integer<Integer>(number);
  if (!whole) return;
  fuzz_require(serai::to_real(number) == static_cast<double>(*whole),
               "a whole number has the same value as a real one");
}

void check_number(std::string_view text) {
  static_cast<void>(serai::parse_json_special(text));
  const auto number = serai::parse_json_number(text);
  if (!number) return;
  fuzz_require(std::isfinite(serai::to_real(*number)), "a number is finite");
  check_whole<std::int32_t>(*number);
  check_whole<std::uint32_t>(*number);
  check_whole<std::int64_t>(*number);
  check_whole<std::uint64_t>(*number);
}

void check_string(std::string_view text) {
  std::string quoted;
  serai::append_json_string(text, quoted);
  const auto json = nlohmann::json::parse(quoted, nullptr, false);
  fuzz_require(json.is_string(), "a quoted text is JSON");
  if (!serai::is_utf8(text)) return;
  fuzz_require(json.get_ref<const std::string&>() == text, "a quoted text keeps its characters");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  check_base64(text);
  check_id(text);
  check_time(text);
  check_number(text);
  check_string(text);
  return 0;
}
