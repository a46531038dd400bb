// Verify: checks a module's file before any of its code runs.
//
// Each rule has a name, a failing module in tests/bad_modules and a message with a remedy;
// host/swap/README.md lists them.
//
// Errors  failed_precondition: all findings, one line each: "battle: elf.tls: …".
// Thread  any. The result depends on the file and on the libraries that the process has loaded.
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

// Bytes that may follow the manifest in its section: a terminator, or whitespace from the author's
// tools.
inline constexpr std::string_view kBehindManifest{"\0\n ", 3};

// A file that has passed all rules. A module that is linked in has no bytes, hash, build id and
// ABI.
struct VerifiedModule {
  std::string bytes;
  std::string sha256;                              // of the bytes, hex
  std::string build_id;                            // hex
  std::string manifest;                            // JSON text
  std::string descriptor_set;                      // empty when the module names no message
  std::shared_ptr<const Descriptors> descriptors;  // of that set
  std::string abi;                                 // "1.0"
  abi::ModuleContract contract;
};

// Applies the rules on manifest and descriptors together: every message that the manifest names
// exists, and every request has the fields that the host reads, the key and the idem_key.
std::vector<Finding> judge_contract(const abi::ModuleContract& contract,
                                    const Descriptors& descriptors);

// Reads and checks the manifest of a module that is linked into the program. With an empty
// descriptor set its messages are unknown, and the rules on them are not applied. invalid_argument:
// the manifest or the set cannot be read.
Result<VerifiedModule> verify_linked(std::string_view manifest, std::string_view descriptor_set);

// Applies all rules to the bytes of a file. Each line of the error begins with `name`.
Result<VerifiedModule> verify_module(std::string bytes, const std::string& name = "module");

}  // namespace serai::loading
