#include "app/command_line.hpp"

#include <array>
#include <boost/program_options.hpp>
#include <optional>
#include <sstream>
#include <utility>

#include "app/exit_code.hpp"

namespace serai::app {
namespace {

namespace options = boost::program_options;
using Texts = std::vector<std::string>;

struct Subcommand {
  std::string_view name;
  Command command;
  std::string_view usage;
};

constexpr std::array kSubcommands = {
    Subcommand{"run",
               Command::run,
               "run                      serve (the default);\n"
               "                           --watch DIR: swap in module files as they are built;\n"
               "                           --allow-breaking LINE|all: allow a breaking change"},
    Subcommand{
        "ctl",
        Command::ctl,
        "ctl REQUEST              ask a running host: status, modules [--json], releases, health,\n"
        "                           swap [RELEASE] [--dry-run | --follow [--json]],\n"
        "                           rollback, matches, sessions, timers, reload,\n"
        "                           drain [off]: not ready for new players, or ready again,\n"
        "                           config [--origin], config set KEY VALUE,\n"
        "                           contracts [RELEASE] [--out DIR]: JSON Schema and .proto,\n"
        "                           backup FILE: copy the whole database into a new file,\n"
        "                           ledger audit, ledger history ACCOUNT [BEFORE],\n"
        "                           match dump MATCH DIR: a running match as files,\n"
        "                           match replay DIR [RELEASE]: play them again,\n"
        "                           match bisect DIR RELEASE...: the first that plays otherwise,\n"
        "                           match fork DIR: a new match that begins there,\n"
        "                           player export ID FILE: all data of one player as JSON,\n"
        "                           player import FILE, player erase ID --yes"},
    Subcommand{
        "check",
        Command::check,
        "check FILE.so|DIR        check a module or a release as a swap would;\n"
        "                           --against FILE.so|DIR: as its replacement;\n"
        "                           --states DIR: with the states saved there; those of refused\n"
        "                           swaps are in releases/.refused/;\n"
        "                           for a FILE.so also --allow-breaking NAME and --irreversible;\n"
        "                           --write-manifest [--release vX.Y.Z] [--policy MODULE=POLICY]\n"
        "                           [--allow-breaking NAME] [--irreversible]\n"
        "                           [--refuse-divergence]: make manifest.json;\n"
        "                           --contracts DIR: write JSON Schema and .proto there"},
    Subcommand{"migrate",
               Command::migrate,
               "migrate up|down|status [N]  bring the database to schema N, or print its schema"},
    Subcommand{"restore",
               Command::restore,
               "restore FILE             read a backup into the database of the configuration, or\n"
               "                           --into URL; the database must be empty"},
    Subcommand{"probe",
               Command::probe,
               "probe                    rehearse a module; started by the host itself"},
    Subcommand{"version", Command::version, "version                  print the version"},
};

// Options that are short names of configuration keys.
constexpr std::array<std::pair<const char*, const char*>, 6> kShortcuts = {{
    {"modules", "modules.dir"},
    {"data", "data.dir"},
    {"listen", "socket.listen"},
    {"ops-listen", "admin.listen"},
    {"shards", "shards.count"},
    {"into", "storage.url"},
}};

options::options_description visible_options() {
  options::options_description all("Options", 100, 60);
  all.add_options()                                                                             //
      ("modules", options::value<std::string>(), "release to serve (modules.dir)")              //
      ("config", options::value<std::string>(), "file; default: config/host.json beside host")  //
      ("profile", options::value<std::string>(), "development (default), production, ...")      //
      ("data", options::value<std::string>(), "directory of the database (data.dir)")           //
      ("listen", options::value<std::string>(), "ADDR:PORT for players (socket.listen)")        //
      ("ops-listen", options::value<std::string>(), "ADDR:PORT for operators (admin.listen)")   //
      ("shards", options::value<std::string>(), "threads; 0: one per core (shards.count)")      //
      ("set", options::value<Texts>()->composing(), "KEY=VALUE, for any key; may be repeated")  //
      ("origin", "ctl config: print the origin of each value")                                  //
      ("token-file", options::value<std::string>(), "ctl: file with the admin token")           //
      ("write-manifest", "check: write DIR/manifest.json")                                      //
      ("against", options::value<std::string>(), "check: the release or module that runs now")  //
      ("states", options::value<std::string>(), "check: folder of saved states to test with")   //
      ("release", options::value<std::string>(), "check: the release's version")                //
      ("policy",
       options::value<Texts>()->composing(),
       "check: rolling, barrier, drain or \"canary 10%\" for a module; may be repeated")  //
      ("allow-breaking",
       options::value<Texts>()->composing(),
       "a breaking change to allow: a line of the refusal, or its name; may be repeated")     //
      ("irreversible", "check: the release cannot write the former schemas, so no rollback")  //
      ("refuse-divergence", "check: refuse the release when a replayed match diverges")       //
      ("contracts", options::value<std::string>(), "check: folder for the contracts")         //
      ("out", options::value<std::string>(), "ctl contracts: folder to write them to")        //
      ("watch",
       options::value<Texts>()->composing(),
       "run: swap in module files built in this folder")                  //
      ("into", options::value<std::string>(), "restore: as storage.url")  //
      ("dry-run", "ctl swap: print what it would do, and do nothing")     //
      ("follow", "ctl swap: show its progress until it ends")             //
      ("yes", "ctl player erase: delete for ever")                        //
      ("json", "ctl modules, ctl swap --follow: JSON for programs")       //
      ("help,h", "this text")                                             //
      ("version", "print the version");
  return all;
}

std::string help_text() {
  std::ostringstream out;
  out << "host: the Serai game server.\n\nUsage: host [COMMAND] [OPTION]...\n\nCommands:\n";
  for (const Subcommand& subcommand : kSubcommands) out << "  " << subcommand.usage << "\n";
  out << "\n"
      << visible_options() << "\n"
      << "Configuration, last wins: config/host.json, config/<profile>.json,\n"
         "environment SERAI_SECTION__KEY, these options. Port 0 takes a free one.\n"
         "Logs go to standard error; one line of JSON on standard output when it serves.\n"
         "SIGTERM: orderly shutdown, twice: at once. SIGHUP: reloads live keys and release.\n\n"
      << kExitCodeHelp;
  return out.str();
}

Error usage_error(const std::string& problem) {
  return {Errc::invalid_argument, problem + "\nTry: host --help"};
}

const Subcommand* find_subcommand(std::string_view name) {
  for (const Subcommand& subcommand : kSubcommands) {
    if (subcommand.name == name) return &subcommand;
  }
  return nullptr;
}

std::string text_of(const options::variables_map& given, const char* name) {
  return given.count(name) != 0 ? given[name].as<std::string>() : std::string();
}

Result<> take_overrides(const options::variables_map& given, CommandLine& out) {
  for (const auto& [option, key] : kShortcuts) {
    if (given.count(option) == 0) continue;
    out.overrides.push_back({key, text_of(given, option), std::string("--") + option});
  }
  if (given.count("set") == 0) return success();
  for (const std::string& pair : given["set"].as<Texts>()) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      return usage_error("--set takes KEY=VALUE, not \"" + pair + "\"");
    }
    const std::string key = pair.substr(0, equals);
    out.overrides.push_back({key, pair.substr(equals + 1), "--set " + key});
  }
  return success();
}

Result<> take_command(Texts positional, CommandLine& out) {
  if (positional.empty()) return success();
  const Subcommand* subcommand = find_subcommand(positional.front());
  if (subcommand == nullptr) return usage_error("unknown command \"" + positional.front() + "\"");
  out.command = subcommand->command;
  out.arguments.assign(positional.begin() + 1, positional.end());
  if (out.arguments.empty()) return success();
  if (out.command == Command::run || out.command == Command::version) {
    return usage_error("\"" + positional.front() + "\" takes no argument \"" + out.arguments[0] +
                       "\"");
  }
  return success();
}

Result<CommandLine> interpret(const options::variables_map& given) {
  CommandLine out;
  if (given.count("help") != 0) {
    out.command = Command::help;
    out.help = help_text();
    return out;
  }
  const Texts positional = given.count("word") != 0 ? given["word"].as<Texts>() : Texts();
  if (auto done = take_command(positional, out); !done) return done.error();
  if (auto done = take_overrides(given, out); !done) return done.error();
  if (given.count("version") != 0) out.command = Command::version;
  out.config_file = text_of(given, "config");
  if (given.count("profile") != 0) out.profile = text_of(given, "profile");
  out.with_origin = given.count("origin") != 0;
  out.token_file = text_of(given, "token-file");
  out.write_manifest = given.count("write-manifest") != 0;
  out.release = text_of(given, "release");
  out.against = text_of(given, "against");
  out.states = text_of(given, "states");
  out.contracts = text_of(given, "contracts");
  out.out = text_of(given, "out");
  if (given.count("policy") != 0) out.policies = given["policy"].as<Texts>();
  if (given.count("allow-breaking") != 0) {
    out.allow_breaking = given["allow-breaking"].as<Texts>();
  }
  out.irreversible = given.count("irreversible") != 0;
  out.refuse_divergence = given.count("refuse-divergence") != 0;
  if (given.count("watch") != 0) out.watch = given["watch"].as<Texts>();
  out.dry_run = given.count("dry-run") != 0;
  out.follow = given.count("follow") != 0;
  out.yes = given.count("yes") != 0;
  out.as_json = given.count("json") != 0;
  return out;
}

}  // namespace

Result<CommandLine> parse_command_line(std::span<const std::string> arguments) {
  // The arguments of the probe are parsed by the probe: the host starts it, not a person.
  if (!arguments.empty() && arguments.front() == "probe") {
    CommandLine probe;
    probe.command = Command::probe;
    probe.arguments.assign(arguments.begin() + 1, arguments.end());
    return probe;
  }
  options::options_description all = visible_options();
  all.add_options()("word", options::value<Texts>());
  options::positional_options_description positional;
  positional.add("word", -1);
  try {
    options::variables_map given;
    const auto style =
        options::command_line_style::unix_style ^ options::command_line_style::allow_guessing;
    options::store(options::command_line_parser(Texts(arguments.begin(), arguments.end()))
                       .options(all)
                       .positional(positional)
                       .style(style)
                       .run(),
                   given);
    return interpret(given);
  } catch (const options::error& wrong) {
    return usage_error(wrong.what());
  }
}

}  // namespace serai::app
