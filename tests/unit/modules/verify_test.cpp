#include "loading/verify.hpp"

#include <elf.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <sstream>

#include "base/file_io.hpp"
#include "release/verify_release.hpp"
#include "unit/modules/fixtures.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

namespace {

using Rules = std::vector<std::string>;

// The rules in a verdict, in its order: a line is "counter: elf.tls: …".
Rules rules_in(const std::string& verdict) {
  Rules rules;
  std::istringstream lines(verdict);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find(": ") + 2;
    rules.push_back(line.substr(begin, line.find(": ", begin) - begin));
  }
  return rules;
}

std::string verdict_on(const std::string& bytes, const release::ReleaseModule* declared = nullptr) {
  const Result<loading::VerifiedModule> module = declared == nullptr
                                                     ? loading::verify_module(bytes)
                                                     : verify_declared_module(bytes, *declared);
  return module ? "" : module.error().detail;
}

}  // namespace

TEST_CASE("a plain C module against abi.h alone passes every rule", "[modules][verify]") {
  CHECK(verdict_of("counter_v1") == "");
  CHECK(verdict_of("counter_v2") == "");

  const loading::VerifiedModule module = verified("counter_v2");

  CHECK(module.contract.name == "counter");
  CHECK(module.contract.version == "1.1.0");
  CHECK(module.abi == "1.0");
  CHECK(module.build_id.size() == 40);
  CHECK(module.sha256.size() == 64);
  CHECK(module.contract.kinds.at(0).schema == 2);
}

TEST_CASE("a module may leave hooks for its own end", "[modules][verify]") {
  CHECK(verdict_of("uses_atexit") == "");
}

TEST_CASE("each rule refuses the module that breaks it and nothing else, by name",
          "[modules][verify]") {
  struct Case {
    const char* fixture;
    Rules rules;
  };
  const Case cases[] = {
      {"no_entry", {"elf.entry"}},
      {"entry_function", {"elf.entry"}},
      {"exports_more", {"elf.exports"}},
      {"unique", {"elf.unique"}},
      {"ifunc", {"elf.ifunc", "elf.exports"}},  // an ifunc is only visible when it is exported
      {"nodelete", {"elf.nodelete"}},
      {"tls", {"elf.tls"}},
      {"static_tls", {"elf.static_tls", "elf.tls"}},  // static TLS is TLS as well
      {"rpath", {"elf.search_path"}},
      {"lazy", {"elf.bind_now"}},
      {"program", {"elf.type"}},
      {"textrel", {"elf.textrel"}},
      {"exec_stack", {"elf.exec_stack"}},
      {"writable_code", {"elf.writable_code"}},
      {"needed", {"elf.needed"}},
      {"no_build_id", {"elf.build_id"}},
      {"newer_libm", {"elf.version"}},
      {"no_manifest", {"manifest.missing"}},
      {"manifest_not_json", {"manifest.json"}},
      {"ticks_too_often", {"manifest.json"}},
      {"abi_unknown", {"abi.missing"}},
      {"abi_major", {"abi.major"}},
      {"abi_minor", {"abi.minor"}},
      {"no_contract", {"contract.missing"}},
      {"contract_garbage", {"contract.descriptors"}},
      {"contract_alone", {"contract.descriptors"}},
      {"unknown_message", {"contract.message"}},
      {"no_key_field", {"contract.field"}},
      {"no_idem_key", {"contract.field"}}};
  for (const Case& one : cases) {
    const std::string verdict = verdict_of(one.fixture);
    INFO(one.fixture << "\n" << verdict);
    CHECK(rules_in(verdict) == one.rules);
  }
}

TEST_CASE("thread-local variables of Rust's standard library are recognized by their name",
          "[modules][verify]") {
  const std::string advice = "this looks like Rust's standard library: use no_std";
  CHECK_THAT(verdict_of("rust_std"), Contains(advice));
  CHECK_THAT(verdict_of("tls"), !Contains(advice));
}

TEST_CASE("code that may stay mapped is taken when its manifest says so", "[modules][verify]") {
  CHECK(verdict_of("stays_mapped") == "");
  CHECK(verdict_of("rust_std_stays") == "");
  const std::string advice = "set \"stays_mapped\": true in the manifest";
  CHECK_THAT(verdict_of("nodelete"), Contains(advice));
  const Rules found = rules_in(verdict_of("rust_std"));  // one elf.import for each import
  CHECK(std::set(found.begin(), found.end()) ==
        std::set<std::string>{"elf.nodelete", "elf.tls", "elf.import"});
  CHECK_THAT(verdict_of("rust_std"), Contains(advice));
}

TEST_CASE("thread-locals of a module's own are refused whatever its manifest says",
          "[modules][verify]") {
  CHECK(rules_in(verdict_of("tls_stays_mapped")) == Rules{"elf.tls"});
}

TEST_CASE("a sanitizer's library is refused where this process has none of it",
          "[modules][verify]") {
  loading::ElfImage image;
  image.needed = {"libasan.so.99"};
  CHECK(refusal_of("module", lint(image, false)).detail.find("elf.needed: needs libasan.so.99") !=
        std::string::npos);
}

TEST_CASE("each import that is banned is refused by its name, and for nothing else",
          "[modules][verify]") {
  const std::vector<std::string_view> bans = loading::banned_imports();
  std::set<std::string_view> untried(bans.begin(), bans.end());
  std::istringstream symbols(BANNED_IMPORTS);
  for (std::string symbol; symbols >> symbol;) {
    const std::string verdict = verdict_of("import_" + symbol);
    INFO(symbol << "\n" << verdict);
    CHECK(rules_in(verdict) == Rules{"elf.import"});
    CHECK_THAT(verdict, Contains("uses " + symbol + ": "));
    std::erase_if(untried, [&](std::string_view ban) { return symbol.starts_with(ban); });
  }
  CHECK(untried == std::set<std::string_view>{});  // each rule has a module that breaks it
}

TEST_CASE("a symbol that nobody has is not for the file to tell", "[modules][verify]") {
  CHECK(verdict_of("unresolved") == "");  // the rehearsal finds it: probe_test
}

TEST_CASE("what is not a shared object is refused with a word for its author",
          "[modules][verify]") {
  const auto refused = [](const std::string& bytes, const char* words) {
    const std::string verdict = verdict_on(bytes);
    CHECK(rules_in(verdict) == Rules{"elf.file"});
    CHECK_THAT(verdict, Contains(words));
  };
  refused("", "not an ELF file");
  refused("#!/bin/sh\n", "not an ELF file");

  const std::string whole = *read_file(fixture("counter_v1"), kModuleBytesMax);
  const auto with = [&whole](std::size_t at, char value) {
    std::string bytes = whole;
    bytes.at(at) = value;
    return bytes;
  };
  refused(with(offsetof(Elf64_Ehdr, e_type), ET_EXEC), "link the module with -shared");
  refused(with(offsetof(Elf64_Ehdr, e_machine), EM_386), "built for another machine");
  refused(with(EI_CLASS, ELFCLASS32), "not a 64-bit");
}

TEST_CASE("a module cut off or damaged anywhere is judged, never followed", "[modules][verify]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::string whole = *read_file(fixture("counter_v1"), kModuleBytesMax);

  // The section headers are at the end of the file, so no beginning of the file is a module.
  int with_reason = 0;
  int cuts = 0;
  for (std::size_t size = 0; size < whole.size(); size += 1 + random() % 97, ++cuts) {
    const auto image = loading::read_elf(std::string_view(whole).substr(0, size));
    with_reason += !image && !image.error().detail.empty() ? 1 : 0;
  }
  CHECK(with_reason == cuts);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = whole;
    const std::size_t flips = 1 + random() % 8;
    for (std::size_t j = 0; j < flips; ++j) {
      // Half of the damage goes to the headers, where the offsets are.
      const std::size_t at = random() % 2 == 0 ? random() % 1024 : random() % bytes.size();
      bytes[at % bytes.size()] = static_cast<char>(random());
    }
    const auto module = loading::verify_module(bytes);
    // Damage in code or data cannot be noticed; the file is accepted as it is.
    CHECK((module ? module->bytes == bytes : !module.error().detail.empty()));
  }
}

TEST_CASE("a file unlike its manifest.json is refused by what differs", "[modules][verify]") {
  const loading::VerifiedModule module = verified("counter_v1");
  struct Case {
    const char* rule;
    void (*edit)(release::ReleaseModule&);
  };
  const Case cases[] = {
      {"release.name", [](release::ReleaseModule& said) { said.name = "other"; }},
      {"release.version", [](release::ReleaseModule& said) { said.version = "9.9.9"; }},
      {"release.abi", [](release::ReleaseModule& said) { said.abi = "0.9"; }},
      {"release.schemas",
       [](release::ReleaseModule& said) { said.schemas["counter"].writes = {7}; }},
      {"release.sha256",
       [](release::ReleaseModule& said) { said.sha256[0] = said.sha256[0] == '0' ? '1' : '0'; }}};

  const release::ReleaseModule truly = release::declare(module, "counter_v1.so");
  CHECK(verdict_on(module.bytes, &truly) == "");
  for (const Case& one : cases) {
    release::ReleaseModule said = truly;
    one.edit(said);
    INFO(one.rule);
    CHECK(rules_in(verdict_on(module.bytes, &said)) == Rules{one.rule});
  }
}

namespace {

// A release of one module, and the host's verdict on it.
struct Judged {
  Judged() { folder.publish("v1", {"counter_v1"}); }

  std::string verdict() const {
    const Result<release::Release> release = release::read_release(place);
    if (!release) return release.error().detail;
    const Result<loading::VerifiedModule> module =
        verify_release_module(*release, release->modules.at(0));
    return module ? "" : module.error().detail;
  }

  ReleaseFolder folder;
  std::filesystem::path place = folder.releases() / "v1";
  std::filesystem::path file = place / "counter_v1.so";
};

}  // namespace

TEST_CASE("a release folder that others could write to is refused", "[modules][release]") {
  using std::filesystem::perm_options;
  using std::filesystem::perms;
  const Judged release;
  for (const perms others : {perms::group_write, perms::others_write}) {
    std::filesystem::permissions(release.place, others, perm_options::add);
    CHECK_THAT(release.verdict(), Contains(release.place.string() + " is writable by its group"));
    CHECK_THAT(release.verdict(), Contains("chmod go-w"));
    std::filesystem::permissions(release.place, others, perm_options::remove);
  }
  CHECK(release.verdict() == "");  // its owner may write: new files have to get into it
}

TEST_CASE("a manifest or module that anybody could write to is refused", "[modules][release]") {
  using std::filesystem::perm_options;
  using std::filesystem::perms;
  const Judged release;
  for (const auto& path : {release.place / "manifest.json", release.file}) {
    for (const perms who : {perms::owner_write, perms::group_write, perms::others_write}) {
      INFO(path << " " << static_cast<int>(who));
      std::filesystem::permissions(path, who, perm_options::add);
      CHECK_THAT(release.verdict(), Contains(path.string() + " is writable"));
      CHECK_THAT(release.verdict(), Contains("chmod a-w"));
      std::filesystem::permissions(path, who, perm_options::remove);
    }
    CHECK(release.verdict() == "");
  }
}

TEST_CASE("files that belong to somebody else are refused", "[modules][release]") {
  if (::geteuid() != 0) {
    WARN("only root can give a file away");
    return;
  }
  constexpr uid_t kSomebody = 12'345;
  const Judged release;
  for (const auto& path : {release.place / "manifest.json", release.file}) {
    REQUIRE(::chown(path.c_str(), kSomebody, static_cast<gid_t>(-1)) == 0);
    CHECK_THAT(release.verdict(), Contains(path.string() + " belongs to user 12345"));
    REQUIRE(::chown(path.c_str(), 0, static_cast<gid_t>(-1)) == 0);
    CHECK(release.verdict() == "");
  }
}

TEST_CASE("links in a release are refused, and what is not there", "[modules][release]") {
  const Judged release;
  REQUIRE(release.verdict() == "");

  std::filesystem::remove(release.file);
  std::filesystem::create_symlink(fixture("counter_v1"), release.file);
  CHECK_THAT(release.verdict(), Contains("is a link"));

  std::filesystem::remove(release.file);
  CHECK_THAT(release.verdict(), Contains("cannot open"));
}
