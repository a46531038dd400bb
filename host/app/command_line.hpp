// CommandLine: the command line, parsed. Reads no file and no environment.
//
// Errors  invalid_argument with a text for a person, which ends with "Try: host --help".
// Thread  any; plain values.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"

namespace serai::app {

enum class Command { run, ctl, check, migrate, restore, probe, version, help };

struct CommandLine {
  Command command = Command::run;
  std::string config_file;  // empty: config/host.json beside the program
  std::string profile = "development";
  std::vector<SettingOverride> overrides;
  std::vector<std::string> arguments;       // the words after the command
  bool with_origin = false;                 // ctl config --origin
  std::string token_file;                   // ctl --token-file
  bool write_manifest = false;              // check --write-manifest
  std::vector<std::string> policies;        // check --policy: "battle=drain"
  std::vector<std::string> allow_breaking;  // check, run --allow-breaking: changes
  bool irreversible = false;                // check --irreversible
  bool refuse_divergence = false;           // check --refuse-divergence
  std::string release;                      // check --release
  std::string against;                      // check --against: the release or module to be replaced
  std::string states;                       // check --states: folder of saved states
  std::string contracts;                    // check --contracts: the folder to write to
  std::string out;                          // ctl contracts --out: the folder to write to
  std::vector<std::string> watch;           // run --watch: folders of module files
  bool dry_run = false;                     // ctl swap --dry-run
  bool follow = false;                      // ctl swap --follow
  bool yes = false;                         // ctl player erase --yes
  bool as_json = false;                     // ctl modules --json, ctl swap --follow --json
  std::string help;                         // the text, with Command::help
};

// `arguments`: those after the program's name.
Result<CommandLine> parse_command_line(std::span<const std::string> arguments);

}  // namespace serai::app
