// ModuleFileSet: the files config/modules/<name>.json as they lie there, read and judged as a
// whole.
//
// Errors  invalid_argument as "<file>:<line>: <what>"; of a judgement every finding, one a line.
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
  // JSON texts by dotted key. An object is there under its own key too, with all its members.
  std::map<std::string, std::string, std::less<>> values;
};

using ModuleFileSet = std::map<std::string, ModuleFile, std::less<>>;  // by module

// What each module of a release declares in its manifest.
using DeclaredSettings = std::map<std::string, std::vector<abi::SettingContract>>;

// No folder: no files.
Result<ModuleFileSet> read_module_files(const std::string& folder);

// Keys that their module does not declare, and values of another type than it declares. A file is
// not checked when its module is not in `declared`.
std::vector<std::string> wrong_settings(const ModuleFileSet& files,
                                        const DeclaredSettings& declared);
Result<> check_module_files(const ModuleFileSet& files, const DeclaredSettings& declared);

// Those that no module of `declared` reads.
std::vector<std::string> files_without_module(const ModuleFileSet& files,
                                              const DeclaredSettings& declared);

// The keys whose values differ, as "modules/battle.turn_ms".
std::vector<std::string> changed_settings(const ModuleFileSet& before, const ModuleFileSet& after);

}  // namespace serai::app
