// host: one program with three uses: the Serai game server, the operator's tool (`host ctl`) and
// the module checker (`host check`).
//
// Where to read on: app/command_line (commands and options), app/settings and app/host_config (the
// configuration), app/run_host (a server from start to shutdown), app/host (its parts and how they
// are connected).
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "app/commands.hpp"
#include "app/signals.hpp"

namespace {

// The folder of the program file, even when the program was started through a link. config/ and
// releases/ are in it.
std::string program_folder() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::string(".") : program.parent_path().string();
}

std::vector<std::string> to_strings(char** entries) {
  std::vector<std::string> all;
  for (; *entries != nullptr; ++entries) all.emplace_back(*entries);
  return all;
}

}  // namespace

// Only a lack of memory can throw here. Then the program ends, which is right.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int, char** argv, char** envp) {
  const std::vector<std::string> arguments = to_strings(argv + 1);
  auto line = serai::app::parse_command_line(arguments);
  if (!line) {
    std::fprintf(stderr, "host: %s\n", line.error().detail.c_str());
    return static_cast<int>(serai::app::ExitCode::usage);
  }
  // A server's files (database, tokens, crash reports) are private to its user. The other commands
  // write files that other people may read.
  if (line->command == serai::app::Command::run || line->command == serai::app::Command::migrate)
    ::umask(077);
  // A server blocks SIGTERM, SIGINT and SIGHUP and waits for them on its main thread. The other
  // commands keep the system's default: a signal ends them.
  if (line->command == serai::app::Command::run) serai::app::Signals::block();
  return static_cast<int>(
      serai::app::run_command({*std::move(line), to_strings(envp), program_folder()}));
}
