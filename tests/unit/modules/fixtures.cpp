#include "unit/modules/fixtures.hpp"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp

#include <catch2/catch.hpp>

#include "base/file_io.hpp"
#include "release/release.hpp"
#include "swap/check.hpp"

namespace serai::testing {

namespace fs = std::filesystem;

std::string verdict_of(const std::string& name) {
  Result<std::string> bytes = read_file(fixture(name), kModuleBytesMax);
  if (!bytes) return bytes.error().detail;
  const Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
  return module ? "" : module.error().detail;
}

loading::VerifiedModule verified(const std::string& name) {
  Result<std::string> bytes = read_file(fixture(name), kModuleBytesMax);
  REQUIRE(bytes.ok());
  Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
  if (!module) FAIL(module.error().detail);
  return *std::move(module);
}

rehearsal::ProbeOptions probe_options() {
  rehearsal::ProbeOptions options;
  options.program = PROBE_PROGRAM;
  options.memory_bytes_max = 512U << 20;
  return options;
}

TempFolder::TempFolder() {
  std::string pattern = (fs::temp_directory_path() / "serai-test-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

ReleaseFolder::ReleaseFolder() {
  fs::create_directories(releases());
  fs::create_directories(data());
}

void ReleaseFolder::publish(const std::string& release,
                            const std::vector<std::string>& fixtures,
                            const std::vector<std::string>& allow,
                            bool irreversible) {
  const fs::path folder = releases() / release;
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::group_write, fs::perm_options::remove);  // for any umask
  for (const std::string& name : fixtures) {
    fs::remove(folder / (name + ".so"));  // a read-only file cannot be overwritten
    fs::copy_file(fixture(name), folder / (name + ".so"));
  }
  const Result<std::string> written = swap::write_release_manifest(folder, release);
  if (!written) FAIL(written.error().detail);
  Result<release::Release> described = release::parse_release(*written);
  REQUIRE(described.ok());
  described->allow_breaking = allow;
  described->irreversible = irreversible;
  REQUIRE(write_file(folder / "manifest.json", print_release(*described), 0444).ok());
}

void ReleaseFolder::set_policy(const std::string& release, abi::MovePolicy policy) {
  Result<release::Release> described = release::read_release(releases() / release);
  REQUIRE(described.ok());
  for (release::ReleaseModule& module : described->modules) module.policy = policy;
  const fs::path manifest = releases() / release / "manifest.json";
  REQUIRE(write_file(manifest, print_release(*described), 0444).ok());
}

void ReleaseFolder::flip(const std::string& release) {
  REQUIRE(release::flip_link(current(), release).ok());
}

}  // namespace serai::testing
