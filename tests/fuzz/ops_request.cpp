// Fuzz target: a request to the ops plane. The input is "METHOD target", the fields Host and
// Authorization, and the body, one per line. Every answer's body matches its content type.
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.hpp"
#include "ops/ops_guard.hpp"
#include "ops/ops_routes.hpp"
#include "ops/prometheus_metrics.hpp"
#include "support/fake_admin.hpp"

using namespace serai;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static testing::FakeHost host;
  static testing::FakeReleases releases;
  static ops::PrometheusMetrics metrics;
  static ops::EventFeed feed;
  static const ops::OpsRoutes routes({host, releases, metrics, feed}, Log());
  std::string_view rest = fuzz_text(data, size);
  std::string_view target = fuzz_part(rest);
  const std::string_view method = fuzz_part(target, ' ');
  const std::string_view name = fuzz_part(rest);
  const std::string_view authorization = fuzz_part(rest);

  ops::OpsGuard guard("secret", {"ops"});
  if (guard.allows_host(name, "127.0.0.1")) {
    fuzz_require(!name.empty(), "an empty host name is refused");
  }
  const bool admitted = guard.judge(authorization, "10.0.0.1") == ops::OpsGuard::Verdict::admitted;
  fuzz_require(admitted == (authorization == "Bearer secret"), "only the token is admitted");

  ops::OpsRequest request = ops::parse_target(method, target);
  fuzz_require(request.path == target.substr(0, target.find('?')),
               "the path is the target up to the query");
  request.body = rest;
  const ops::OpsRoute* route = routes.find(request.method, request.path);
  if (route == nullptr) return 0;
  const ops::OpsAnswer answer = route->answer(request);
  if (answer.watcher) feed.leave(*answer.watcher);
  fuzz_require(answer.status >= 200 && answer.status < 600, "every request is answered");
  if (answer.type == "application/json") {
    fuzz_require(nlohmann::json::accept(answer.body), "a JSON body is JSON");
  }
  return 0;
}
