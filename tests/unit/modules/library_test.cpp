// Code that stays mapped after it was closed, and the cause that the host reports. verify refuses
// these modules; this test loads them without it.
#include "loading/library.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "abi/host_table.hpp"
#include "base/file_io.hpp"
#include "loading/elf_file.hpp"
#include "unit/modules/fixtures.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::Matches;

namespace {

// Loads, opens and closes a fixture; returns the host's report on it.
std::string left_of(const std::string& name, bool stays_mapped = false) {
  const Result<std::string> bytes = read_file(fixture(name), kModuleBytesMax);
  REQUIRE(bytes.ok());
  std::string left = "not told";
  auto library = loading::SharedLibrary::open(
      fixture(name),
      loading::read_elf(*bytes)->build_id,
      [&left](const std::string& held) { left = held; },
      stays_mapped);
  REQUIRE(library.ok());
  const serai_module* entry = (*library)->entry();
  serai_instance* instance = nullptr;
  REQUIRE(entry->open(&abi::host_table(), &instance) == SERAI_OK);
  entry->close(instance);
  library->reset();
  return left;
}

}  // namespace

TEST_CASE("code that nothing holds is gone after closing", "[modules][library]") {
  CHECK(left_of("counter_v1") == "");
}

#ifndef SERAI_SANITIZE_THREAD  // its atexit() treats all hooks as the program's own
TEST_CASE("hooks for the end run when the code is closed, and hold nothing", "[modules][library]") {
  ::unsetenv("SERAI_TEST_ATEXIT");
  CHECK(left_of("uses_atexit") == "");
  const char* ran = std::getenv("SERAI_TEST_ATEXIT");
  REQUIRE(ran != nullptr);
  CHECK(ran == std::string("ran"));
}
#endif

TEST_CASE("code that is mapped under the file's name but is not the file's is refused",
          "[modules][library]") {
  const TempFolder folder;
  const std::filesystem::path path = folder.path() / "module.so";
  const auto put = [&path](const std::string& name) {
    std::filesystem::remove(path);
    std::filesystem::copy_file(fixture(name), path);
    return verified(name).build_id;
  };
  const std::string first_id = put("counter_v1");
  const auto first = loading::SharedLibrary::open(path, first_id, nullptr);
  REQUIRE(first.ok());

  // The dynamic linker returns the library that is open under this name, whatever the file is now.
  const std::string second_id = put("counter_v2");
  const auto second = loading::SharedLibrary::open(path, second_id, nullptr);

  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == Errc::aborted);
  CHECK_THAT(second.error().detail,
             Contains("has build id " + first_id + " instead of " + second_id));
}

TEST_CASE("code with another build id than was judged is refused and closed",
          "[modules][library]") {
  std::string left = "not told";
  const auto library = loading::SharedLibrary::open(
      fixture("counter_v1"), verified("counter_v2").build_id, [&left](const std::string& held) {
        left = held;
      });

  REQUIRE_FALSE(library.ok());
  CHECK(library.error().code == Errc::aborted);
  CHECK(left == "");
  CHECK(loading::mapping_of(fixture("counter_v1")).empty());
}

TEST_CASE("what holds code after closing is named", "[modules][library]") {
  CHECK_THAT(left_of("keeps_local"), Contains("a thread-local value with a destructor"));
  CHECK_THAT(left_of("nodelete"), Contains("its flag NODELETE"));
  CHECK_THAT(left_of("unique"), Contains("the unique symbol"));
}

TEST_CASE("code that may stay does, and runs what it left with a thread", "[modules][library]") {
  const std::string word = "\"stays_mapped\" in its manifest";
  std::thread([&word] {
    CHECK(left_of("rust_std_stays", true) == word);
  }).join();  // the module's code destroys its thread-local value here
  CHECK_FALSE(loading::mapping_of(fixture("rust_std_stays")).empty());
  CHECK(left_of("counter_v3", true) == word);
  CHECK_FALSE(loading::mapping_of(fixture("counter_v3")).empty());
}

TEST_CASE("code that a thread still runs is not pulled away from under it", "[modules][library]") {
  for (const char* name : {"leaks_thread", "leaks_bare_thread"}) {
    INFO(name);
    CHECK_THAT(left_of(name), Matches("thread [0-9]+ \\(\".*\"\\) that it started"));
    CHECK_FALSE(loading::mapping_of(fixture(name)).empty());
  }
}

TEST_CASE("they are refused before they are loaded", "[modules][library]") {
  CHECK_THAT(verdict_of("keeps_local"), Contains("elf.import") || Contains("elf.tls"));
  CHECK_THAT(verdict_of("import_pthread_create"), Contains("modules start no threads"));
}

#ifndef SERAI_SANITIZE_THREAD  // its runtime makes a program export all symbols
TEST_CASE("a module finds no code of the host, nor of its libraries, by name",
          "[modules][library]") {
  const Result<std::string> bytes = read_file(HOST_PROGRAM, kModuleBytesMax);
  REQUIRE(bytes.ok());
  const Result<loading::ElfImage> image = loading::read_elf(*bytes);
  REQUIRE(image.ok());
  REQUIRE_FALSE(image->symbols.empty());
  for (const loading::ElfSymbol& symbol : image->symbols) {
    if (!symbol.exported) continue;
    // Its libstdc++ symbols are those that every module gets.
    for (const char* name_space : {"5serai",
                                   "6google",
                                   "5boost",
                                   "8nlohmann",
                                   "6spdlog",
                                   "3fmt",
                                   "10prometheus",
                                   "7httplib"}) {
      CHECK_THAT(std::string(symbol.name), !Contains(name_space));
    }
    for (const char* beginning : {"serai_", "sqlite3", "SSL_", "EVP_", "je_"}) {
      CHECK_FALSE(symbol.name.starts_with(beginning));
    }
  }
}
#endif
