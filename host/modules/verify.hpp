// Verify: judges a module's file before anything in it is executed.
//
// Each rule has a name, a negative fixture in tests/bad_modules and a message that says what to do;
// host/modules/README.md lists them.
//
// Errors  failed_precondition with every finding, one a line: "elf.tls: …".
// Thread  any; pure but for looking up what libraries this process has loaded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "modules/descriptors.hpp"
#include "modules/elf_file.hpp"
#include "modules/release.hpp"
#include "runtime/contract.hpp"

namespace serai {

struct Finding {
  std::string rule;
  std::string message;
};

// A file that passed: its bytes and what it declares.
struct VerifiedModule {
  std::string bytes;
  std::string sha256;
  std::string build_id;
  std::string manifest;        // JSON text
  std::string descriptor_set;  // empty when the module names no message
  std::string abi;             // "1.0"
  ModuleContract contract;
};

// The rules on the shared object alone.
std::vector<Finding> lint(const ElfImage& image);

// What a module must not import: names, or what they begin with.
std::vector<std::string_view> banned_imports();

// Rules on the manifest and the contract together: every message named is there, keys can be found.
std::vector<Finding> judge_contract(const ModuleContract& contract, const Descriptors& descriptors);

// All rules. With `declared`, also that the file is what manifest.json says.
Result<VerifiedModule> verify_module(std::string bytes, const ReleaseModule* declared);

// Reads a module's file from its release and verifies it. The bytes judged are the bytes returned.
Result<VerifiedModule> verify_release_module(const Release& release, const ReleaseModule& module);

// What manifest.json should say about a verified module in `file`.
ReleaseModule declare(const VerifiedModule& module, std::string file);

}  // namespace serai
