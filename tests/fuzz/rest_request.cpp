// A REST request, "METHOD target\nbody": every one gets an answer that is what it says it is.
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
      fuzz_require(nlohmann::json::accept(response.body), "bodies are JSON");
    }
  }
  fixture.game.requests.clear();
  fixture.identity.calls.clear();
  return 0;
}

std::vector<std::string> fuzz_seeds() {
  return {"GET /v2/account\n",
          "PUT /v2/account\n{\"display_name\":\"x\"}",
          "POST /v2/account/authenticate/device?create=true&username=a\n{\"id\":\"device-0001\"}",
          "GET /v2/storage/a%20b/0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51?limit=10&cursor=x\n",
          "PUT /v2/storage\n{\"objects\":[{\"collection\":\"c\",\"key\":\"k\",\"value\":\"{}\"}]}",
          "POST /v2/rpc/echo\n\"x\"",
          "POST /v2/rpc/echo?unwrap&http_key=defaulthttpkey\n{}",
          "GET /v2/match?limit=10&label=x&min_size=1&query=*\n",
          "GET /v2/user?ids=0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51&usernames=a&usernames=b\n",
          "POST /v2/iap/purchase/apple\n{\"receipt\":\"x\"}"};
}
