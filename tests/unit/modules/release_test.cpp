// manifest.json of a release: its numbers.
#include "release/release.hpp"

#include <catch2/catch.hpp>

using namespace serai;
using Catch::Matchers::Contains;

namespace {

Result<release::Release> with_schemas(const std::string& range) {
  return release::parse_release(
      R"({"release":"v1","modules":[{"name":"a","file":"a.so","sha256":"","version":"1.0.0",)"
      R"("abi":"1.0","schemas":{"k":)" +
      range + "}}]}");
}

}  // namespace

TEST_CASE("schema numbers are read as they are written, or refused", "[modules][release]") {
  const Result<release::Release> good = with_schemas(R"({"reads":[1,4294967295],"writes":[1,2]})");
  REQUIRE(good);
  CHECK(good->modules[0].schemas.at("k").reads_max == 4294967295U);
  CHECK(good->modules[0].schemas.at("k").writes == std::vector<std::uint32_t>{1, 2});

  const char* cases[] = {R"({"reads":[1.5,2],"writes":[1]})",
                         R"({"reads":[-1,2],"writes":[1]})",
                         R"({"reads":[true,2],"writes":[1]})",
                         R"({"reads":[1,1e300],"writes":[1]})",
                         R"({"reads":[1,2],"writes":[4294967296]})",
                         R"({"reads":[1,2],"writes":["1"]})",
                         R"({"reads":[1,2],"writes":1})"};
  for (const char* range : cases) {
    INFO(range);
    const Result<release::Release> release = with_schemas(range);
    REQUIRE_FALSE(release);
    CHECK_THAT(release.error().detail, Contains("is not a list of schema numbers"));
  }
}
