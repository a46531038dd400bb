// Releases made of the fixtures in tests/bad_modules, in a folder of their own per test.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "loading/verify.hpp"
#include "rehearsal/probe.hpp"

namespace serai::testing {

inline std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(BAD_MODULES_DIR) / (name + ".so");
}

// The refusal of a fixture by verify; empty: it passes.
std::string verdict_of(const std::string& name);

loading::VerifiedModule verified(const std::string& name);

rehearsal::ProbeOptions probe_options();

// A temporary folder, removed at the end of the test.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// releases/ with `current`, and data/.
class ReleaseFolder {
 public:
  ReleaseFolder();

  // A release of these fixtures; `extra` goes into manifest.json, such as "\"irreversible\":true".
  void publish(const std::string& release,
               const std::vector<std::string>& fixtures,
               const std::vector<std::string>& allow = {},
               bool irreversible = false);
  // Writes a policy for every module of a published release.
  void set_policy(const std::string& release, abi::MovePolicy policy);
  void flip(const std::string& release);

  std::filesystem::path releases() const { return temp_.path() / "releases"; }
  std::filesystem::path current() const { return releases() / "current"; }
  std::filesystem::path data() const { return temp_.path() / "data"; }

 private:
  TempFolder temp_;
};

}  // namespace serai::testing
