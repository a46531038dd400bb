// Fuzz target: manifest.json of a release. The values that are read are those in the text, and are
// written back unchanged.
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.hpp"
#include "release/release.hpp"

using namespace serai;
using Json = nlohmann::json;

namespace {

// Compared as texts, because nlohmann treats -1 and its unsigned counterpart as equal.
void check_module(const Json& input, const release::ReleaseModule& read, const Json& printed) {
  fuzz_require(release::is_plain_name(read.file), "a module's file is in the release");
  fuzz_require(input["name"] == read.name && input["version"] == read.version,
               "texts are read unchanged");
  fuzz_require(read.schemas.size() == input.value("schemas", Json::object()).size(),
               "every kind is read");
  for (const auto& [kind, range] : read.schemas) {
    for (const char* member : {"reads", "writes"}) {
      fuzz_require(input["schemas"][kind][member].dump() == printed["schemas"][kind][member].dump(),
                   "schema numbers are read as they are written");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  if (const auto policy = release::parse_policy(text)) {
    fuzz_require(text.empty() || release::print_policy(*policy).size() <= text.size(),
                 "a policy is not longer than its text");
    fuzz_require(policy->percent < 100, "a canary is below 100 percent");
  }
  const auto release = release::parse_release(text);
  if (!release) return 0;
  const std::string printed = print_release(*release);
  const auto again = release::parse_release(printed);
  fuzz_require(again.ok() && print_release(*again) == printed,
               "a release is written and read the same");
  const Json input = Json::parse(text);
  const Json written = Json::parse(printed);
  for (std::size_t i = 0; i < release->modules.size(); ++i) {
    check_module(input["modules"][i], release->modules[i], written["modules"][i]);
  }
  return 0;
}
