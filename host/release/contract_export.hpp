// Contract export: writes the part of a module's contract that clients use to files, for client
// generators, validators and reviewers.
//
//   battle/contract.json   kinds, RPCs, match data and events, with the names of their messages
//   battle/schema.json     JSON Schema of the messages that clients send and receive;
//                          contract.json refers to it
//   battle/proto/…         the module's .proto files, from its embedded descriptors
//
// The same module gives the same bytes on every machine. No module code is executed.
//
// Errors  those of reading and verifying a release. invalid_argument: the name of a module or of a
//         .proto file leads out of its folder.
// Thread  any; blocking file access.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "release/swap_plan.hpp"

namespace serai::release {

struct ContractFile {
  std::string path;  // relative, "battle/contract.json"
  std::string text;
};

using ContractFiles = std::vector<ContractFile>;

Result<ContractFiles> export_contract(const abi::ModuleContract& contract,
                                      std::string_view descriptor_set);
Result<ContractFiles> export_contracts(const LiveSet& live);

// `path` is a release's folder or one module's file.
Result<ContractFiles> export_contracts(const std::filesystem::path& path);

// Writes {"release":"v1.0.0","files":{"battle/contract.json":"…"}}; parse_contracts() reads it.
std::string print_contracts(const std::string& release, const ContractFiles& files);
Result<ContractFiles> parse_contracts(std::string_view json);

Result<> write_contracts(const std::filesystem::path& folder, const ContractFiles& files);

}  // namespace serai::release
