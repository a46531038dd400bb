#include "app/run_check.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/host_config.hpp"
#include "app/module_file_set.hpp"
#include "release/contract_export.hpp"
#include "swap/check.hpp"

namespace serai::app {
namespace {

swap::ReleaseWishes wishes_of(const CommandLine& line) {
  swap::ReleaseWishes wishes;
  wishes.allow_breaking = line.allow_breaking;
  wishes.irreversible = line.irreversible;
  wishes.refuse_divergence = line.refuse_divergence;
  return wishes;
}

ExitCode write_manifest(const CommandLine& line) {
  swap::ReleaseWishes wanted = wishes_of(line);
  for (const std::string& word : line.policies) {
    const std::size_t equals = std::min(word.find('='), word.size() - 1);
    const auto policy = release::parse_policy(word.substr(equals + 1));
    if (!policy || equals == 0) {
      std::fprintf(stderr,
                   "host: --policy \"%s\": must be MODULE=rolling, barrier, drain or canary 10%%\n",
                   word.c_str());
      return ExitCode::usage;
    }
    wanted.policies[word.substr(0, equals)] = *policy;
  }
  const auto written = write_release_manifest(line.arguments[0], line.release, wanted);
  if (!written) {
    std::fprintf(stderr, "host: %s\n", written.error().detail.c_str());
    return ExitCode::release;
  }
  std::printf("%s\n", written->c_str());
  return ExitCode::ok;
}

ExitCode write_contract_files(const CommandLine& line) {
  const auto files = release::export_contracts(line.arguments[0]);
  const auto written = files ? write_contracts(line.contracts, *files) : Result<>(files.error());
  if (!written) {
    std::fprintf(stderr, "host: %s\n", written.error().detail.c_str());
    return ExitCode::release;
  }
  for (const release::ContractFile& file : *files) std::printf("%s\n", file.path.c_str());
  return ExitCode::ok;
}

// Checks the module files of the configuration against the declarations of the checked modules, and
// prints every problem. False when there is one.
bool check_config_of(const Invocation& invocation, const DeclaredSettings& declared) {
  if (!has_config(invocation)) return true;
  const auto files = read_module_files(module_folder(setting_sources(invocation)));
  if (!files) {
    std::printf("FAIL  %s\n", files.error().detail.c_str());
    return false;
  }
  const std::vector<std::string> wrong = wrong_settings(*files, declared);
  for (const std::string& finding : wrong) std::printf("FAIL  %s\n", finding.c_str());
  return wrong.empty();
}

}  // namespace

ExitCode run_check(const Invocation& invocation) {
  const CommandLine& line = invocation.line;
  if (line.arguments.size() != 1) {
    std::fputs("host: check takes one module file or release folder\nTry: host --help\n", stderr);
    return ExitCode::usage;
  }
  if (line.write_manifest) return write_manifest(line);
  if (!line.contracts.empty()) return write_contract_files(line);
  if ((!line.allow_breaking.empty() || line.irreversible || line.refuse_divergence) &&
      std::filesystem::is_directory(line.arguments[0])) {
    std::fputs(
        "host: --allow-breaking, --irreversible and --refuse-divergence are for a module file, or "
        "for --write-manifest: a release sets them in its manifest.json\n",
        stderr);
    return ExitCode::usage;
  }
  const auto limits = rehearsal_limits(invocation);
  if (!limits) {
    std::fprintf(stderr, "host: %s\n", limits.error().detail.c_str());
    return ExitCode::config;
  }
  const swap::CheckReport report =
      swap::check_offline({line.arguments[0], line.against, line.states, wishes_of(line)}, *limits);
  std::fputs(report.text.c_str(), stdout);
  const bool config_fits = check_config_of(invocation, report.settings);
  if (!report.passed) return ExitCode::release;
  return config_fits ? ExitCode::ok : ExitCode::config;
}

}  // namespace serai::app
