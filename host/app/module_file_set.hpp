// ModuleFileSet: the files config/modules/<name>.json on disk, read and checked as a whole.
//
// Errors  invalid_argument as "<file>:<line>: <problem>". A check returns every problem, one a
//         line.
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
  // The values as JSON texts, by dotted key. An object has an entry of its own, with all its
  // members, besides theirs.
  std::map<std::string, std::string, std::less<>> values;
};

using ModuleFileSet = std::map<std::string, ModuleFile, std::less<>>;  // by the module's name

// The settings that each module of a release declares in its manifest, by the module's name.
using DeclaredSettings = std::map<std::string, std::vector<abi::SettingContract>>;

// A missing folder counts as empty.
Result<ModuleFileSet> read_module_files(const std::string& folder);

// The problems of the files: keys that the module does not declare, and values of another type than
// declared. A file whose module is not in `declared` is not checked.
std::vector<std::string> wrong_settings(const ModuleFileSet& files,
                                        const DeclaredSettings& declared);
// The same as one error.
Result<> check_module_files(const ModuleFileSet& files, const DeclaredSettings& declared);

// The paths of the files whose module is not in `declared`.
std::vector<std::string> files_without_module(const ModuleFileSet& files,
                                              const DeclaredSettings& declared);

// The keys whose values differ, as "modules/battle.turn_ms".
std::vector<std::string> changed_settings(const ModuleFileSet& before, const ModuleFileSet& after);

}  // namespace serai::app
