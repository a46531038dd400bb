// Fuzz target: a compressed body. The first byte chooses the encoding. The body is unpacked
// completely, or refused.
#include "fuzz/fuzz.hpp"
#include "net/compression.hpp"

using serai::net::Encoding;

namespace {

constexpr std::size_t kBytesMax = 16 * 1024;

serai::Result<std::string> unpack(std::string body, serai::net::Encoding encoding) {
  return serai::net::inflate_body(std::move(body), encoding, kBytesMax);
}

void check_packing(std::string_view text, serai::net::Encoding encoding) {
  if (text.size() > kBytesMax) return;
  const std::string packed = serai::net::deflate_body(text, encoding);
  if (packed.empty()) return;
  fuzz_require(packed.size() <= text.size(), "a packed body is not larger");
  const auto again = unpack(packed, encoding);
  fuzz_require(again.ok() && *again == text, "a body is packed and unpacked the same");
}

void check_unpacking(const std::string& body, serai::net::Encoding encoding) {
  const auto whole = unpack(body, encoding);
  const bool as_it_is = encoding == serai::net::Encoding::gzip && !body.starts_with("\x1f\x8b");
  if (!whole.ok()) return;
  if (body.empty() || as_it_is)
    return fuzz_require(*whole == body, "a body that is not packed stays as it is");
  fuzz_require(whole->size() <= kBytesMax, "an unpacked body is within its limit");
  fuzz_require(!unpack(body + 'x', encoding).ok(), "bytes after the end are refused");
  fuzz_require(body.size() == 1 || !unpack(body.substr(0, body.size() - 1), encoding).ok(),
               "a cut body is refused");
  if (encoding != serai::net::Encoding::gzip || whole->size() * 2 > kBytesMax) return;
  const auto twice = unpack(body + body, encoding);
  fuzz_require(twice.ok() && *twice == *whole + *whole, "every member of a gzip body is read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body = fuzz_text(data + 1, size - 1);
  const serai::net::Encoding encoding =
      data[0] % 2 == 0 ? serai::net::Encoding::gzip : serai::net::Encoding::deflate;
  check_unpacking(std::string(body), encoding);
  check_packing(body, encoding);
  return 0;
}
