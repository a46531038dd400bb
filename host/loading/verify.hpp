// Verify: judges a module's file before anything in it is executed.
//
// Each rule has a name, a negative fixture in tests/bad_modules and a message that says what to do;
// host/swap/README.md lists them.
//
// Errors  failed_precondition with every finding, one a line: "elf.tls: …".
// Thread  any; pure but for looking up what libraries this process has loaded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "abi/contract.hpp"
#include "base/result.hpp"
#include "loading/descriptors.hpp"
#include "loading/lint.hpp"

namespace serai::loading {

// What may stand behind the manifest in its section: a terminator, or the newline that the author's
// tools left.
inline constexpr std::string_view kBehindManifest{"\0\n ", 3};

// A file that passed: its bytes and what it declares.
struct VerifiedModule {
  std::string bytes;
  std::string sha256;
  std::string build_id;
  std::string manifest;        // JSON text
  std::string descriptor_set;  // empty when the module names no message
  std::string abi;             // "1.0"
  abi::ModuleContract contract;
};

// Rules on the manifest and the contract together: every message named is there, keys can be found.
std::vector<Finding> judge_contract(const abi::ModuleContract& contract,
                                    const Descriptors& descriptors);

// All rules. `who` begins each line of the error.
Result<VerifiedModule> verify_module(std::string bytes, const std::string& who = "module");

}  // namespace serai::loading
