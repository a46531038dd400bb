// Verify: judges a module's file before anything in it is executed.
//
// Each rule has a name, a failing module in tests/bad_modules and a message with a remedy;
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

// Bytes that may follow the manifest in its section: a terminator, or whitespace that the author's
// tools left.
inline constexpr std::string_view kBehindManifest{"\0\n ", 3};

// A file that passed all rules: its bytes and what it declares.
struct VerifiedModule {
  std::string bytes;
  std::string sha256;
  std::string build_id;
  std::string manifest;        // JSON text
  std::string descriptor_set;  // empty when the module names no message
  std::string abi;             // "1.0"
  abi::ModuleContract contract;
};

// The rules on manifest and contract together: every message that is named exists, and keys can be
// found.
std::vector<Finding> judge_contract(const abi::ModuleContract& contract,
                                    const Descriptors& descriptors);

// Applies all rules. Each line of the error begins with `who`.
Result<VerifiedModule> verify_module(std::string bytes, const std::string& who = "module");

}  // namespace serai::loading
