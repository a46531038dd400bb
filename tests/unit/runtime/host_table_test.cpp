// The host table as a loaded version sees it: whose it is, what it tells of threads, whose accounts
// it moves money from.
#include "abi/host_table.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "abi/module_calls.hpp"
#include "base/file_io.hpp"
#include "base/hex.hpp"
#include "serai/ext/draft/crypto.h"
#include "serai/ext/match.h"
#include "serai/ext/thread_check.h"
#include "unit/runtime/fixture.hpp"

using namespace serai;
using namespace serai::runtime;
using Catch::Matchers::EndsWith, Catch::Matchers::StartsWith;
using serai::testing::kAnn, serai::testing::player, serai::testing::World;

namespace {

serai_str text(std::string_view from) { return {from.data(), from.size()}; }

template <class Table>
const Table* extension(const serai_host& host, std::string_view id) {
  return static_cast<const Table*>(host.get_extension(&host, text(id)));
}

struct Loaded {
  explicit Loaded(std::uint64_t id, int version = 1)
      : code(testing::make_counter_module(id, version)) {
    code->give_host({abi::host_table(), nullptr, Log(log)});
  }
  const serai_host& host() const { return code->host.table; }

  testing::RecordedLog log;
  std::unique_ptr<abi::Generation> code;
};

}  // namespace

TEST_CASE("what a version logs outside handlers has its name", "[runtime][host_table]") {
  Loaded loaded(7, 2);
  const abi::EnterCode entered(*loaded.code);

  loaded.host().log(&loaded.host(), nullptr, SERAI_LOG_WARN, text("counter.woke"), nullptr, 0);

  REQUIRE(loaded.log.lines.size() == 1);
  CHECK(loaded.log.lines[0] == "counter.woke module=counter module_version=2 generation=7");
}

TEST_CASE("a version that shows another one's host table is refused", "[runtime][host_table]") {
  Loaded one(1);
  Loaded other(2);
  const abi::EnterCode entered(*one.code);

  CHECK(extension<serai_match_v1>(one.host(), SERAI_EXT_MATCH) != nullptr);
  CHECK(one.host().get_extension(&other.host(), text(SERAI_EXT_MATCH)) == nullptr);
  CHECK(one.host().get_extension(nullptr, text(SERAI_EXT_MATCH)) == nullptr);

  REQUIRE(one.log.lines.size() == 2);
  CHECK_THAT(one.log.lines[0], StartsWith("module.broke_border module=counter module_version=1"));
  CHECK(other.log.lines.empty());
}

TEST_CASE("the border's tags are distinguished by thread and by call", "[runtime][host_table]") {
  Loaded loaded(1);
  const serai_host& host = loaded.host();
  const abi::EnterCode entered(*loaded.code);
  const auto* threads = extension<serai_thread_check_v1>(host, SERAI_EXT_THREAD_CHECK);
  REQUIRE(threads != nullptr);
  const auto roles = [&] {
    return std::to_string(threads->is_loader(&host)) + std::to_string(threads->is_shard(&host));
  };

  CHECK(roles() == "10");
  CHECK(threads->is_live(&host, nullptr) == 0);
  std::string elsewhere;
  std::thread([&] { elsewhere = roles(); }).join();
  CHECK(elsewhere == "00");

  std::string in_tick;
  World world(1, false);
  world.at_tick = [&](std::string_view) {
    serai_call* call = abi::entered_call();
    in_tick = roles() + std::to_string(threads->is_live(&host, call)) +
              std::to_string(threads->is_live(&host, call + 1));
  };
  world.begin();
  REQUIRE(world.rpc("open", "", kAnn) != "");
  world.advance(500);
  CHECK(in_tick == "0110");
}

TEST_CASE("sha256 gives the published digests", "[runtime][host_table]") {
  Loaded loaded(1);
  const abi::EnterCode entered(*loaded.code);
  const auto* crypto = extension<serai_crypto_draft1>(loaded.host(), SERAI_EXT_CRYPTO);
  REQUIRE(crypto != nullptr);
  const auto digest = [&](std::string_view bytes) {
    std::string out(SERAI_SHA256_BYTES, '\0');
    auto* raw = reinterpret_cast<std::uint8_t*>(out.data());
    REQUIRE(crypto->sha256(&loaded.host(), {bytes.data(), bytes.size()}, raw) == SERAI_OK);
    return hex(out);
  };

  CHECK(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(crypto->sha256(&loaded.host(), {"abc", 3}, nullptr) == SERAI_INVALID_ARGUMENT);
}

TEST_CASE("money moves from accounts that the module declares, and from no others",
          "[runtime][host_table]") {
  World world(1);

  CHECK(world.rpc("pass_on", "pay_from vault:7", kAnn) ==
        "!3 account \"vault:7\" is not a player's, mint or sink, nor one of counter's own: till:, "
        "chest:, gems:");
  CHECK(world.rpc("pass_on", "pay_from till:", kAnn).starts_with("!3 account"));
  CHECK(world.rpc("pass_on", "pay_from player:", kAnn).starts_with("!3 account"));
  CHECK(world.rpc("pass_on", "pay_from chest:7", kAnn) == "!9 too little");
  CHECK(world.rpc("pass_on", "pay_from till:7", kAnn) == "1");
  CHECK(world.store.balances["till:7"] == -5);
  CHECK(world.store.balances["sink"] == 5);
}

TEST_CASE("a transfer moves money of one currency", "[runtime][host_table]") {
  World world(1);

  CHECK(world.rpc("pass_on", "pay_gems_from till:7", kAnn) ==
        "!3 a transfer moves one currency: \"till:7\" has gold, \"gems:7\" has gems; make two "
        "transfers, with \"sink\" and \"mint\"");
  CHECK(world.rpc("pass_on", "pay_gems_from player:7", kAnn).starts_with("!3 a transfer moves"));
  CHECK(world.rpc("pass_on", "pay_gems_from mint", kAnn) == "1");
  CHECK(world.rpc("pass_on", "pay_from gems:7", kAnn) == "2");
  CHECK(world.rpc("pass_on", "pay_from gems:7", kAnn) == "!9 too little");
}

TEST_CASE("the purses are those of the serving release, gold first", "[runtime][host_table]") {
  World world(1);
  std::vector<serai::Purse> purses;
  world.on(0, [&] { purses = world.runtime->purses(); });
  CHECK(purses == std::vector<serai::Purse>{{"gold", "player:"}, {"gems", "gems:"}});
}

TEST_CASE("a timer's message has the id it was set under", "[runtime][host_table]") {
  World world(1);
  REQUIRE(world.rpc("pass_on", "set 77", kAnn) == "");

  world.advance(61'000);

  const auto rang = std::ranges::find_if(
      world.log.lines, [](const std::string& line) { return line.starts_with("bell.rang"); });
  REQUIRE(rang != world.log.lines.end());
  CHECK_THAT(*rang, EndsWith(" timer_id=77"));
}
