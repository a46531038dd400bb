// Fuzz target: a REST request, "METHOD target\nbody". Every answer's body matches its content type.
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.hpp"
#include "unit/protocol/rest_fixture.hpp"

using namespace serai;
using namespace serai::testing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static RestFixture fixture({.per_user = {}, .per_address = {}});
  fixture.game.rpcs["echo"] = [](const RpcRequest& request) -> Result<std::string> {
    return request.payload;
  };
  const std::string text(fuzz_text(data, size));
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::size_t blank = std::min(text.find(' '), line);
  const auto target = text.substr(std::min(blank + 1, line), line - std::min(blank + 1, line));
  const auto body = text.substr(std::min(line + 1, text.size()));
  for (const Headers& headers : {kSession, kServerKey}) {
    const auto response = fixture.call(text.substr(0, blank), target, body, headers);
    fuzz_require(response.status >= 200 && response.status < 600, "every request is answered");
    if (response.content_type == "application/json") {
      fuzz_require(nlohmann::json::accept(response.body), "a JSON body is JSON");
    }
  }
  fixture.game.requests.clear();
  fixture.game.listings.clear();
  fixture.identity.calls.clear();
  return 0;
}
