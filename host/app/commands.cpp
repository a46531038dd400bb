#include "app/commands.hpp"

#include <cstdio>
#include <optional>

#include "app/ctl.hpp"
#include "app/ctl_match.hpp"
#include "app/database_place.hpp"
#include "app/host_config.hpp"
#include "app/run_check.hpp"
#include "app/run_host.hpp"
#include "app/version.hpp"
#include "base/parse_number.hpp"
#include "rehearsal/probe.hpp"
#include "storage/backup.hpp"
#include "storage/migrations.hpp"

namespace serai::app {
namespace {

constexpr char kMigrateUsage[] =
    "host: migrate takes up, down or status, and optionally the number of a schema\n";

constexpr char kRestoreUsage[] = "host: restore takes the file of a backup\n";

std::optional<storage::MigrateCommand> migrate_command(const std::string& word) {
  if (word == "up") return storage::MigrateCommand::up;
  if (word == "down") return storage::MigrateCommand::down;
  if (word == "status") return storage::MigrateCommand::status;
  return std::nullopt;
}

ExitCode exit_of(const Error& error) {
  switch (error.code) {
    case Errc::unavailable:
      return ExitCode::database_locked;
    case Errc::failed_precondition:
      return ExitCode::database_newer;
    case Errc::data_loss:
    case Errc::permission_denied:
      return ExitCode::database_broken;
    default:
      return ExitCode::failed;
  }
}

// The place of the configured database. Prints the error when the configuration is wrong.
std::optional<DatabasePlace> find_database(const Invocation& invocation) {
  const auto settings = Settings::load(setting_sources(invocation));
  auto place = settings ? database_place(*settings) : Result<DatabasePlace>(settings.error());
  if (place) return *std::move(place);
  std::fprintf(stderr, "host: %s\n", place.error().detail.c_str());
  return std::nullopt;
}

ExitCode run_migrate(const Invocation& invocation) {
  const auto& arguments = invocation.line.arguments;
  const auto command = arguments.empty() ? std::nullopt : migrate_command(arguments[0]);
  const auto number = arguments.size() == 2 ? parse_number<int>(arguments[1]) : std::nullopt;
  if (!command || arguments.size() > 2 || (arguments.size() == 2 && !number)) {
    std::fputs(kMigrateUsage, stderr);
    return ExitCode::usage;
  }
  const auto place = find_database(invocation);
  if (!place) return ExitCode::config;
  const auto done = migrate(*make_database(*place), *command, number);
  if (!done) {
    std::fprintf(stderr, "host: %s\n", done.error().detail.c_str());
    return exit_of(done.error());
  }
  std::fputs(done->c_str(), stdout);
  return ExitCode::ok;
}

ExitCode run_restore(const Invocation& invocation) {
  const auto& arguments = invocation.line.arguments;
  if (arguments.size() != 1) {
    std::fputs(kRestoreUsage, stderr);
    return ExitCode::usage;
  }
  const auto place = find_database(invocation);
  if (!place) return ExitCode::config;
  const auto database = make_database(*place);
  const auto copied = storage::restore(arguments[0], *database);
  if (!copied) {
    std::fprintf(stderr, "host: %s\n", copied.error().detail.c_str());
    return exit_of(copied.error());
  }
  std::printf("%s has %llu entities, %llu users, %llu objects and %llu transfers\n",
              database->name().c_str(),
              static_cast<unsigned long long>(copied->entities),
              static_cast<unsigned long long>(copied->users),
              static_cast<unsigned long long>(copied->objects),
              static_cast<unsigned long long>(copied->transfers));
  return ExitCode::ok;
}

}  // namespace

ExitCode run_command(const Invocation& invocation) {
  switch (invocation.line.command) {
    case Command::run:
      return run_host(invocation);
    case Command::ctl:
      return is_offline(invocation.line) ? run_ctl_match(invocation) : run_ctl(invocation);
    case Command::check:
      return run_check(invocation);
    case Command::migrate:
      return run_migrate(invocation);
    case Command::restore:
      return run_restore(invocation);
    case Command::probe:
      return static_cast<ExitCode>(rehearsal::probe_main());
    case Command::version:
      std::printf("serai %s\ndatabases: sqlite, postgresql\n", kVersion);
      return ExitCode::ok;
    case Command::help:
      std::fputs(invocation.line.help.c_str(), stdout);
      return ExitCode::ok;
  }
  return ExitCode::usage;
}

}  // namespace serai::app
