// Lint: the rules on a module's ELF file. They refuse a file that is dangerous to load or
// impossible to unload.
//
// Thread  any. The result depends on the file and on the libraries that the process has loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "loading/elf_file.hpp"

namespace serai::loading {

struct Finding {
  std::string rule;     // the name of the broken rule, "elf.tls"
  std::string message;  // the problem and its remedy
};

// Applies the rules. `stays_mapped`: the manifest allows the code to stay in the process. Then the
// flag `nodelete` is allowed, and so are the thread-locals and the imports that Rust's standard
// library needs for them and for its locks.
std::vector<Finding> lint(const ElfImage& image, bool stays_mapped);

// The imports that a module must not have: names or prefixes.
std::vector<std::string_view> banned_imports();

// All findings as one failed_precondition, one line each: "battle: elf.tls: …".
Error refusal_of(const std::string& module, const std::vector<Finding>& findings);

}  // namespace serai::loading
