// Fuzz target: the header fields that host/net handles itself, for upgrades and preflights. The
// first line is the method, then one "name:value" per line.
#include "fuzz/fuzz.hpp"
#include "net/cors.hpp"
#include "net/response_head.hpp"
#include "net/upgrade.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  serai::HttpRequest request;
  std::string_view rest = fuzz_text(data, size);
  request.method = fuzz_part(rest);
  while (!rest.empty()) {
    std::string_view value = fuzz_part(rest);
    const std::string_view name = fuzz_part(value, ':');
    request.headers.emplace_back(name, value);
  }
  const std::string key = serai::net::upgrade_key(request);
  fuzz_require(key.empty() || key.size() == 28, "an upgrade key is 20 bytes in base64");
  const std::string lines = serai::net::preflight_lines(request);
  for (std::string_view left = lines; !left.empty();) {
    const std::string_view line = fuzz_part(left);
    fuzz_require(line.starts_with("Access-Control-Allow-") && line.ends_with('\r') &&
                     line.find('\r') == line.size() - 1,
                 "a preflight is answered with Access-Control lines only");
  }
  std::string head;
  serai::net::ResponseHead(request.headers).append(head, {.content_type = request.method});
  fuzz_require(head.find("\r\n\r\n") == head.size() - 4,
               "an answer has one empty line, at the end of its head");
  return 0;
}
