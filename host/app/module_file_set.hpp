// ModuleFileSet: the files config/modules/<name>.json on disk, read and checked as a whole.
//
// Errors  invalid_argument as "<file>:<line>: <what>"; a check has every finding, one a line.
// Thread  plain values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "abi/contract.hpp"
#include "app/config_file.hpp"
#include "base/result.hpp"

namespace serai::app {

struct ModuleFile {
  std::string path;
  std::vector<ConfigLine> lines;
  // JSON texts by dotted key. An object also has an entry of its own, with all its members.
  std::map<std::string, std::string, std::less<>> values;
};

using ModuleFileSet = std::map<std::string, ModuleFile, std::less<>>;  // by module

// What each module of a release declares in its manifest.
using DeclaredSettings = std::map<std::string, std::vector<abi::SettingContract>>;

// A missing folder counts as empty.
Result<ModuleFileSet> read_module_files(const std::string& folder);

// Keys that their module does not declare, and values of another type than it declares. A file is
// not checked when its module is not in `declared`.
std::vector<std::string> wrong_settings(const ModuleFileSet& files,
                                        const DeclaredSettings& declared);
Result<> check_module_files(const ModuleFileSet& files, const DeclaredSettings& declared);

// The files that no module of `declared` reads.
std::vector<std::string> files_without_module(const ModuleFileSet& files,
                                              const DeclaredSettings& declared);

// The keys whose values differ, as "modules/battle.turn_ms".
std::vector<std::string> changed_settings(const ModuleFileSet& before, const ModuleFileSet& after);

}  // namespace serai::app
