// Lint: the rules on the shared object: what would make loading dangerous or unloading impossible.
//
// Thread  any; pure but for looking up what libraries this process has loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "loading/elf_file.hpp"

namespace serai::loading {

// A rule that a module breaks, and what to do.
struct Finding {
  std::string rule;
  std::string message;
};

// The rules on the shared object. `stays_mapped`: its manifest says that its code may stay in the
// process: then the mark never to be unloaded is no finding, nor what Rust's standard library
// needs for its thread-locals and locks.
std::vector<Finding> lint(const ElfImage& image, bool stays_mapped);

// What a module must not import: names, or what they begin with.
std::vector<std::string_view> banned_imports();

// All findings as one error, one a line: "battle: elf.tls: …".
Error refusal_of(const std::string& who, const std::vector<Finding>& findings);

}  // namespace serai::loading
