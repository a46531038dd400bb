#include "app/ctl_match.hpp"

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "app/host_config.hpp"
#include "rehearsal/match_replay.hpp"
#include "rehearsal/saved_state.hpp"

namespace serai::app {
namespace {

namespace fs = std::filesystem;

ExitCode failed(const Error& error, ExitCode code = ExitCode::failed) {
  std::fprintf(stderr, "host: %s\n", error.detail.c_str());
  return code;
}

Result<ExportedEntity> read_dump(const std::string& folder) {
  Result<std::vector<ExportedEntity>> dumps = rehearsal::read_saved_states(folder);
  if (!dumps) return dumps.error();
  if (dumps->size() != 1) return {Errc::invalid_argument, folder + " has more than one match"};
  return std::move(dumps->front());
}

void print_line(const std::string& release, const std::string& finding) {
  std::printf("%s  %s\n", release.c_str(), finding.c_str());
  std::fflush(stdout);
}

ExitCode replay_match(const std::string& dump, const std::string& release) {
  const Result<ExportedEntity> match = read_dump(dump);
  if (!match) return failed(match.error());
  const Result<fs::path> module = rehearsal::find_module(release, match->id.kind);
  if (!module) return failed(module.error(), ExitCode::release);
  const Result<rehearsal::MatchReplay> played = rehearsal::replay_match(*match, *module);
  if (!played) return failed(played.error());
  for (const std::string& line : played->lines) std::puts(line.c_str());
  if (played->difference.empty()) {
    std::puts("The state in the end is that of the dump, byte for byte.");
    return ExitCode::ok;
  }
  std::printf("The state in the end is another: %s\n", played->difference.c_str());
  return ExitCode::failed;
}

// The line of a release that has been compared. `recorded`: an earlier one has the recorded result.
void print_comparison(const std::string& release, const std::string& differs, bool recorded) {
  if (differs.empty())
    return print_line(release, recorded ? "the same" : "has the recorded result");
  print_line(release, (recorded ? "is the first that differs: " : "not compared: ") + differs);
}

ExitCode bisect_match(const std::string& dump,
                      const std::vector<std::string>& releases,
                      const rehearsal::ProbeOptions& options) {
  const Result<ExportedEntity> match = read_dump(dump);
  if (!match) return failed(match.error());
  fs::path recorded;  // the module of the first release that has the recorded result
  for (const std::string& release : releases) {
    const Result<fs::path> module = rehearsal::find_module(release, match->id.kind);
    if (!module) return failed(module.error(), ExitCode::release);
    const bool has_recorded = !recorded.empty();
    const Result<std::string> differs =
        rehearsal::compare_replays(*match, has_recorded ? recorded : *module, *module, options);
    if (!differs) return failed(differs.error());
    print_comparison(release, *differs, has_recorded);
    if (has_recorded && !differs->empty()) return ExitCode::failed;
    if (!has_recorded && differs->empty()) recorded = *module;
  }
  if (!recorded.empty()) return ExitCode::ok;
  return failed({Errc::failed_precondition,
                 "no release has the recorded result: give the one that served the match, first"});
}

}  // namespace

bool is_offline(const CommandLine& line) {
  const auto& words = line.arguments;
  return words.size() >= 2 && words[0] == "match" && (words[1] == "replay" || words[1] == "bisect");
}

ExitCode run_ctl_match(const Invocation& invocation) {
  const auto& words = invocation.line.arguments;
  const bool bisects = words[1] == "bisect";
  if (words.size() < 3 || (bisects ? words.size() < 4 : words.size() > 4)) {
    std::fputs("ctl match takes replay DIR [RELEASE], or bisect DIR RELEASE...\n", stderr);
    return ExitCode::usage;
  }
  if (bisects) {
    const auto limits = rehearsal_limits(invocation);
    if (!limits) return failed(limits.error(), ExitCode::config);
    return bisect_match(words[2], {words.begin() + 3, words.end()}, *limits);
  }
  if (words.size() == 4) return replay_match(words[2], words[3]);
  const auto settings = Settings::load(setting_sources(invocation));
  if (!settings) return failed(settings.error(), ExitCode::config);
  return replay_match(words[2], settings->text("modules.dir"));
}

}  // namespace serai::app
