#include "modules/verify.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "modules/file_io.hpp"
#include "unit/modules/fixtures.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

TEST_CASE("a plain C module against abi.h alone passes every rule", "[modules][verify]") {
  CHECK(verdict_of("counter_v1") == "");
  CHECK(verdict_of("counter_v2") == "");

  const VerifiedModule module = verified("counter_v2");

  CHECK(module.contract.name == "counter");
  CHECK(module.contract.version == "1.1.0");
  CHECK(module.abi == "1.0");
  CHECK(module.build_id.size() == 40);
  CHECK(module.sha256.size() == 64);
  CHECK(module.contract.kinds.at(0).schema == 2);
}

TEST_CASE("each rule on the file refuses the module that breaks it, by name", "[modules][verify]") {
  struct Case {
    const char* fixture;
    const char* rule;
  };
  const Case cases[] = {{"no_entry", "elf.entry"},
                        {"exports_more", "elf.exports"},
                        {"unique", "elf.unique"},
                        {"ifunc", "elf.ifunc"},
                        {"nodelete", "elf.nodelete"},
                        {"tls", "elf.tls"},
                        {"static_tls", "elf.static_tls"},
                        {"rpath", "elf.search_path"},
                        {"lazy", "elf.bind_now"},
                        {"exec_stack", "elf.exec_stack"},
                        {"needed", "elf.needed"},
                        {"no_build_id", "elf.build_id"},
                        {"newer_libm", "elf.version"},
                        {"import_pthread_create", "elf.import"},
                        {"import_syscall", "elf.import"},
                        {"import_signal", "elf.import"},
                        {"import_sigaction", "elf.import"},
                        {"import_fork", "elf.import"},
                        {"import__exit", "elf.import"},
                        {"import_execv", "elf.import"},
                        {"import_dlopen", "elf.import"},
                        {"import_pthread_key_create", "elf.import"},
                        {"no_manifest", "manifest.missing"},
                        {"manifest_not_json", "manifest.json"},
                        {"abi_major", "abi.major"},
                        {"abi_minor", "abi.minor"},
                        {"no_contract", "contract.missing"},
                        {"unknown_message", "contract.message"}};
  for (const Case& one : cases) {
    INFO(one.fixture);
    CHECK_THAT(verdict_of(one.fixture), Contains(std::string(one.rule) + ": "));
  }
}

TEST_CASE("what is not a shared object is refused with a word for its author",
          "[modules][verify]") {
  CHECK_THAT(verify_module("", nullptr).error().detail, Contains("not an ELF file"));
  CHECK_THAT(verify_module("#!/bin/sh\n", nullptr).error().detail, Contains("not an ELF file"));

  const Result<std::string> program = read_file("/proc/self/exe", kModuleBytesMax);
  REQUIRE(program.ok());
  CHECK_THAT(verify_module(*program, nullptr).error().detail, Contains("elf."));
}

TEST_CASE("a module cut off or damaged anywhere is judged, never followed", "[modules][verify]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::string whole = *read_file(fixture("counter_v1"), kModuleBytesMax);

  for (std::size_t size = 0; size < whole.size(); size += 1 + random() % 97) {
    static_cast<void>(read_elf(std::string_view(whole).substr(0, size)));
  }
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = whole;
    const std::size_t flips = 1 + random() % 8;
    for (std::size_t j = 0; j < flips; ++j) {
      // Half of the damage goes to the headers, where the offsets are.
      const std::size_t at = random() % 2 == 0 ? random() % 1024 : random() % bytes.size();
      bytes[at % bytes.size()] = static_cast<char>(random());
    }
    static_cast<void>(verify_module(std::move(bytes), nullptr));
  }
  SUCCEED("nothing crashed");
}

TEST_CASE("a file unlike its manifest.json is refused", "[modules][verify]") {
  const VerifiedModule module = verified("counter_v1");
  ReleaseModule declared = declare(module, "counter_v1.so");
  CHECK(verify_module(module.bytes, &declared).ok());

  declared.version = "9.9.9";
  CHECK_THAT(verify_module(module.bytes, &declared).error().detail, Contains("release.version"));
  declared = declare(module, "counter_v1.so");
  declared.schemas["counter"].writes = {7};
  CHECK_THAT(verify_module(module.bytes, &declared).error().detail, Contains("release.schemas"));
  declared = declare(module, "counter_v1.so");
  declared.sha256[0] = declared.sha256[0] == '0' ? '1' : '0';
  CHECK_THAT(verify_module(module.bytes, &declared).error().detail, Contains("release.sha256"));
}

TEST_CASE("release files others could write, and links, are refused", "[modules][release]") {
  ReleaseFolder folder;
  folder.publish("v1", {"counter_v1"});
  const auto file = folder.releases() / "v1" / "counter_v1.so";
  const Release release = *read_release(folder.releases() / "v1");
  const auto judge = [&] {
    const Result<VerifiedModule> module = verify_release_module(release, release.modules.at(0));
    return module ? std::string() : module.error().detail;
  };
  CHECK(judge() == "");

  using std::filesystem::perm_options;
  using std::filesystem::perms;
  std::filesystem::permissions(file, perms::others_write, perm_options::add);
  CHECK_THAT(judge(), Contains("chmod go-w"));

  std::filesystem::remove(file);
  std::filesystem::create_symlink(fixture("counter_v1"), file);
  CHECK_THAT(judge(), Contains("is a link"));

  std::filesystem::remove(file);
  CHECK_THAT(judge(), Contains("cannot open"));
}
