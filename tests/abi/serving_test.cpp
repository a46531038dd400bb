// Modules built for a published border, in today's host: verified, loaded, serving, swapped.
#include <catch2/catch.hpp>
#include <filesystem>

#include "base/file_io.hpp"
#include "loading/loader.hpp"
#include "revisions.hpp"
#include "support/temp_folder.hpp"
#include "unit/runtime/fixture.hpp"

using namespace serai::abi_test;
using serai::testing::player;
using Modules = std::vector<std::unique_ptr<serai::abi::Generation>>;

namespace {

serai::loading::VerifiedModule verified(const std::string& path) {
  auto bytes = serai::read_file(path, serai::kModuleBytesMax);
  REQUIRE(bytes.ok());
  auto module = serai::loading::verify_module(*std::move(bytes));
  if (!module) FAIL(module.error().detail);
  return *std::move(module);
}

struct Host {
  Modules load(const std::string& path) {
    const serai::loading::VerifiedModule module = verified(path);
    auto file = cache.put(module);
    REQUIRE(file.ok());
    auto loaded = serai::loading::load_module(
        module,
        *std::move(file),
        {world.runtime->next_generation_id(), "test", &world.runtime->host_table(), {}});
    if (!loaded) FAIL(loaded.error().detail);
    Modules modules;
    modules.push_back(std::move(loaded->generation));
    return modules;
  }

  // The counter's answer to an RPC, after its waits.
  std::string ask(const std::string& rpc, const std::string& payload) {
    const auto slot = world.begin_rpc(rpc, payload, player(1));
    world.advance(2000);
    return serai::testing::World::text(slot);
  }

  serai::testing::TempFolder folder;
  serai::loading::ModuleCache cache{folder.path()};
  serai::testing::World world{1, false};
};

}  // namespace

TEST_CASE("a module of every published border serves, and is swapped to today's and back",
          "[abi]") {
  for (const Revision& revision : revisions()) {
    INFO(revision.name);
    Host host;
    REQUIRE(host.world.runtime->install(host.load(revision.counter)).ok());
    REQUIRE(host.world.runtime->start().ok());

    CHECK(host.ask("rpc_count", "5") == "5");
    CHECK(host.ask("rpc_count_later", "37") == "42");
    CHECK(host.ask("rpc_count", "five") == "!3 not_a_number");
    REQUIRE(host.world.runtime->switch_to(host.load(current_counter())).ok());
    CHECK(host.ask("rpc_count_later", "1") == "43");
    REQUIRE(host.world.runtime->switch_to(host.load(revision.counter)).ok());
    CHECK(host.ask("rpc_count", "1") == "44");
  }
}
