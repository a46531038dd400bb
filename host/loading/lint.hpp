// Lint: the rules on the shared object. They refuse what makes loading dangerous or unloading
// impossible.
//
// Thread  any; pure but for looking up what libraries this process has loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "loading/elf_file.hpp"

namespace serai::loading {

// A rule that a module breaks, and what to do about it.
struct Finding {
  std::string rule;
  std::string message;
};

// Applies the rules. `stays_mapped`: the manifest allows the code to stay in the process. The flag
// `nodelete`, and what Rust's standard library needs for its thread-locals and locks, are no
// findings then.
std::vector<Finding> lint(const ElfImage& image, bool stays_mapped);

// The imports that a module must not have: names or prefixes.
std::vector<std::string_view> banned_imports();

// All findings as one error, one a line: "battle: elf.tls: …".
Error refusal_of(const std::string& who, const std::vector<Finding>& findings);

}  // namespace serai::loading
