// Mappings of a closed version that stay in the process, and that none stays without a reason.
#include <dlfcn.h>

#include <fstream>
#include <set>

#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

// Opens the running code and its copies that stayed mapped, as a profiler would, so that they
// cannot be unmapped.
std::vector<void*> hold_running(SwapWorld& world) {
  const std::string build = world.status().at("modules").at(0).at("build_id");
  const std::string copy = "counter-" + build.substr(0, 16);
  std::vector<void*> held;
  for (const auto& file : std::filesystem::directory_iterator(world.folder.data() / "modules")) {
    if (!file.path().filename().string().starts_with(copy)) continue;
    void* one = ::dlopen(file.path().c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (one != nullptr) held.push_back(one);
  }
  return held;
}

}  // namespace

TEST_CASE("after eight that stayed mapped, no more are loaded", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  std::vector<void*> held;
  for (int i = 0; i < 8; ++i) {
    std::ranges::copy(hold_running(world), std::back_inserter(held));
    REQUIRE(world.engine->swap(i % 2 == 0 ? "v2" : "v1").ok());
    world.end_probation();
    world.watcher.await(swap::SwapOutcome::settled, static_cast<std::size_t>(i) + 1);
  }

  const auto refused = world.engine->swap("v2");

  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().detail, Contains("8 closed modules are still mapped"));
  CHECK_THAT(refused.error().detail, Contains("restart the host"));
  for (void* one : held) ::dlclose(one);
}

TEST_CASE("code that something else holds stays mapped, and is named", "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  const std::string build = world.status().at("modules").at(0).at("build_id");
  const std::string copy = "counter-" + build.substr(0, 16);
  const std::vector<void*> held = hold_running(world);
  REQUIRE(held.size() == 1);

  REQUIRE(world.engine->swap("v2").ok());
  world.end_probation();
  const swap::SwapReport report = world.watcher.await(swap::SwapOutcome::settled);

  CHECK_THAT(report.stages.back().detail, Contains("stays mapped: counter 1.0.0 " + copy));
  CHECK_THAT(world.status().at("still_mapped_after_close").at(0).get<std::string>(),
             Contains(copy));
  ::dlclose(held[0]);
  CHECK(world.engine->swap("v1").ok());  // from a copy under another name
}

TEST_CASE("swapping to and fro leaves no mapping and no descriptor behind", "[modules][swap]") {
  SwapWorld world;
  world.options.probation = 0ms;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  const auto count = [](const char* folder) {
    return std::distance(std::filesystem::directory_iterator(folder),
                         std::filesystem::directory_iterator());
  };
  std::ptrdiff_t descriptors = 0;
  for (std::size_t i = 1; i <= 20; ++i) {
    REQUIRE(world.engine->swap(i % 2 == 1 ? "v2" : "v1").ok());
    world.watcher.await(swap::SwapOutcome::settled, i);
    if (i == 2) descriptors = count("/proc/self/fd");
  }

  CHECK(count("/proc/self/fd") == descriptors);
  CHECK(world.status().at("still_mapped_after_close").empty());
  std::ifstream maps("/proc/self/maps");
  std::set<std::string> mapped;
  for (std::string line; std::getline(maps, line);) {
    const auto at = line.find(world.folder.data().native());
    if (at != std::string::npos) mapped.insert(line.substr(at));
  }
  CHECK(mapped.size() == 1);
}
