// ModuleShelf: the game's modules as files, verified once, loaded any number of times.
//
// Errors  a file that fails to verify or load is a Violation.
// Owner   outlives the generations it loaded, which report to it whether their code was unmapped.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "loading/loader.hpp"
#include "loading/module_cache.hpp"
#include "ports/swap_control.hpp"

namespace serai::sim {

// Which version of the modules that have two.
struct Versions {
  int character = 1;
  int battle = 1;
  bool operator==(const Versions&) const = default;
  std::string text() const {
    return "character " + std::to_string(character) + ", battle " + std::to_string(battle);
  }
};

class ModuleShelf {
 public:
  explicit ModuleShelf(const std::filesystem::path& folder);

  using Generations = std::vector<std::unique_ptr<abi::Generation>>;
  Generations load_all(Versions versions, SwapControl& control);
  // A version with an older schema cannot serve beside the one it replaces: drain and canary become
  // rolling.
  Generations load_changed(Versions from,
                           Versions to,
                           SwapControl& control,
                           abi::MovePolicy policy = {});

  const std::vector<std::string>& still_mapped() const { return still_mapped_; }

 private:
  std::unique_ptr<abi::Generation> load(const std::string& name, SwapControl& control);

  std::map<std::string, loading::VerifiedModule> modules_;
  loading::ModuleCache cache_;
  std::vector<std::string> still_mapped_;
};

}  // namespace serai::sim
