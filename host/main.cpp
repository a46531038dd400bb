// host: the Serai game server, its operator's tool and its module checker in one program.
//
// Read from here: app/command_line (what is asked), app/settings and app/host_config (with which
// values), app/run_host (a server's life), app/host (its parts and how they are joined).
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "app/commands.hpp"
#include "app/signals.hpp"

namespace {

// Where the program lies, however it was called: config/ and releases/ lie beside it.
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

// Out of memory this early ends the program, as it should.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int, char** argv, char** envp) {
  const std::vector<std::string> arguments = to_strings(argv + 1);
  auto line = serai::app::parse_command_line(arguments);
  if (!line) {
    std::fprintf(stderr, "host: %s\n", line.error().detail.c_str());
    return static_cast<int>(serai::app::ExitCode::usage);
  }
  // What a host keeps is for its user only. The other commands write files for people.
  if (line->command == serai::app::Command::run || line->command == serai::app::Command::migrate)
    ::umask(077);
  // Only a server waits for its signals; the other commands are ended by them as usual.
  if (line->command == serai::app::Command::run) serai::app::Signals::block();
  return static_cast<int>(
      serai::app::run_command({*std::move(line), to_strings(envp), program_folder()}));
}
