// ModuleShelf: the files of the game's modules. It verifies each file once, and loads it any number
// of times.
//
// Errors  a file that cannot be verified or loaded is a Violation.
// Owner   must outlive the generations that it has loaded. They report to it whether their code was
//         unmapped.
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

// The versions of the modules that have two.
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
  // Loads the modules whose versions differ, with this policy. A version with an older schema
  // cannot serve beside the version that it replaces, so drain and canary become rolling for it.
  Generations load_changed(Versions from,
                           Versions to,
                           SwapControl& control,
                           abi::MovePolicy policy = {});

  // The closed modules whose code was not unmapped.
  const std::vector<std::string>& still_mapped() const { return still_mapped_; }

 private:
  std::unique_ptr<abi::Generation> load(const std::string& name, SwapControl& control);

  std::map<std::string, loading::VerifiedModule> modules_;
  loading::ModuleCache cache_;
  std::vector<std::string> still_mapped_;
};

}  // namespace serai::sim
