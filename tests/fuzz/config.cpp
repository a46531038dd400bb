// Fuzz target: a configuration file. Each key appears once, its line exists, and the settings can
// be printed as JSON.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "app/host_config.hpp"
#include "fuzz/fuzz.hpp"
#include "support/temp_folder.hpp"

using namespace serai;

namespace {

app::Settings built_in() {
  const testing::TempFolder folder;
  folder.write("host.json", "{}");
  folder.write("development.json", "{}");
  return *app::Settings::load({folder.path("host.json"), "development", {}, {}});
}

void check_address(std::string_view text) {
  const auto address = app::parse_address(text);
  if (!address) return;
  fuzz_require(text.find(address->address) != std::string_view::npos,
               "a parsed address is part of the text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const app::Settings defaults = built_in();
  const std::string_view text = fuzz_text(data, size);
  check_address(text);
  const auto lines = app::parse_config(text, "f");
  if (!lines) {
    fuzz_require(lines.error().detail.starts_with("f:"), "an error names the file");
    return 0;
  }
  app::Settings settings = defaults;
  std::set<std::string> names;
  const auto last = 1 + std::count(text.begin(), text.end(), '\n');
  for (const app::ConfigLine& line : *lines) {
    fuzz_require(names.insert(line.name).second, "a key appears once");
    fuzz_require(line.line >= 1 && line.line <= last, "a line number is one of the file");
    check_address(line.text);
    if (line.text.starts_with("file:")) continue;  // another file's content
    if (!settings.set(line.name, line.text, "f")) continue;
    fuzz_require(settings.text(line.name) == line.text, "a setting has the value that was set");
    const app::ConfigKey* key = app::find_config_key(line.name);
    if (key == nullptr || key->type != app::ConfigType::integer) continue;
    const auto number = settings.integer(line.name);
    fuzz_require(number >= key->min && number <= key->max, "a number is within its limits");
  }
  for (const bool with_origin : {false, true}) {
    fuzz_require(nlohmann::json::accept(settings.to_json(with_origin)),
                 "settings are printed as JSON");
  }
  static_cast<void>(app::HostConfig::make(settings, app::kDevelopment));
  return 0;
}
