#include "swap/check.hpp"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/file_io.hpp"
#include "loading/module_cache.hpp"
#include "rehearsal/module_rehearsal.hpp"
#include "rehearsal/saved_state.hpp"
#include "release/verify_release.hpp"

namespace serai::swap {
namespace {

namespace fs = std::filesystem;

// A temporary folder, removed when the check ends.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "serai-check-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Makes the plan of a release that consists of one module file.
Result<release::SwapPlan> plan_file(const fs::path& path, const ReleaseWishes& wishes) {
  Result<std::string> bytes = read_file(path, kModuleBytesMax);
  if (!bytes) return bytes.error();
  Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
  if (!module) return module.error();
  release::SwapPlan plan;
  plan.release.name = path.string();
  plan.release.allow_breaking = wishes.allow_breaking;
  plan.release.irreversible = wishes.irreversible;
  plan.release.refuse_divergence = wishes.refuse_divergence;
  plan.release.modules.push_back(release::declare(*module, path.filename().string()));
  plan.changed.push_back(*std::move(module));
  return plan;
}

// Makes the plan of a module file or a release. A module file is always rehearsed; of a release,
// only the changed modules are.
Result<release::SwapPlan> plan_path(const fs::path& path,
                                    const ReleaseWishes& wishes,
                                    const release::LiveSet& live) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return plan_file(path, wishes);
  Result<release::Release> release = release::read_release(path);
  return release ? plan_swap(*release, live) : Result<release::SwapPlan>(release.error());
}

class Checker {
 public:
  Checker(const CheckRequest& request, const rehearsal::ProbeOptions& options)
      : request_(request), options_(options), cache_(scratch_.path()) {}

  CheckReport run() {
    if (Result<> done = check(); !done) fail(done.error());
    return {passed_, std::move(text_), std::move(settings_)};
  }

 private:
  void add_line(const std::string& line) { text_ += line + "\n"; }
  void fail(const Error& error) {
    passed_ = false;
    add_line("FAIL  " + error.detail);
  }

  Result<> check() {
    if (scratch_.path().empty()) return {Errc::internal, "cannot make a temporary folder"};
    if (!request_.states.empty()) {
      Result<std::vector<ExportedEntity>> states = rehearsal::read_saved_states(request_.states);
      if (!states) return states.error();
      states_ = *std::move(states);
    }
    if (!request_.against.empty()) {
      if (Result<> found = find_live(); !found) return found;
    }
    Result<release::SwapPlan> plan = plan_path(request_.path, request_.wishes, live_);
    if (!plan) return plan.error();
    note_settings(*plan);
    check_contracts(*plan);
    for (const loading::VerifiedModule& module : plan->changed) {
      if (Result<> tried = try_module(module, *plan); !tried) return tried;
    }
    report_unchanged(*plan);
    report_untried();
    return success();
  }

  Result<> find_live() {
    Result<release::SwapPlan> running = plan_path(request_.against, {}, release::LiveSet{});
    if (!running) return {running.error().code, "--against: " + running.error().detail};
    live_.release = running->release.name;
    for (loading::VerifiedModule& module : running->changed) {
      Result<loading::CachedFile> file = cache_.put(module);
      if (!file) return file.error();
      release::LiveModule one;
      one.file = file->path();
      one.contract = std::move(module.contract);
      one.descriptor_set = std::move(module.descriptor_set);
      one.sha256 = std::move(module.sha256);
      files_.push_back(*std::move(file));
      live_.modules.emplace(one.contract.name, std::move(one));
    }
    return success();
  }

  void note_settings(const release::SwapPlan& plan) {
    for (const release::ReleaseModule& module : plan.release.modules) {
      const auto live = live_.modules.find(module.name);  // used when the module has not changed
      if (live != live_.modules.end()) settings_[module.name] = live->second.contract.settings;
    }
    for (const loading::VerifiedModule& module : plan.changed) {
      settings_[module.contract.name] = module.contract.settings;
    }
  }

  void check_contracts(const release::SwapPlan& plan) {
    if (Result<> checked = check_plan(plan, live_); !checked) return fail(checked.error());
    if (!request_.against.empty()) add_line("ok    nothing breaks against " + live_.release);
  }

  // Rehearses the module beside the live one, in a child process, with the states of both modules'
  // kinds.
  Result<> try_module(const loading::VerifiedModule& module, const release::SwapPlan& plan) {
    Result<loading::CachedFile> file = cache_.put(module);
    if (!file) return file.error();
    const auto running = live_.modules.find(module.contract.name);
    const release::LiveModule* live = running == live_.modules.end() ? nullptr : &running->second;
    const rehearsal::ProbePlan probe_plan =
        rehearsal::make_probe_plan(plan.release, module, file->path(), live);
    Result<rehearsal::Verdict> verdict = run_probe(
        probe_plan, options_, [&](rehearsal::Probe& probe) { return feed(probe, module, live); });
    if (!verdict) return verdict.error();
    report(module, live, *verdict);
    return success();
  }

  Result<> feed(rehearsal::Probe& probe,
                const loading::VerifiedModule& module,
                const release::LiveModule* live) {
    bool open = true;
    for (const ExportedEntity& state : states_) {
      const std::string& kind = state.id.kind;
      const bool is_its_own = module.contract.find_kind(kind) != nullptr ||
                              (live != nullptr && live->contract.find_kind(kind) != nullptr);
      if (!is_its_own) continue;
      tried_kinds_.insert(kind);
      open = open && probe.feed(state);
    }
    return success();
  }

  void report(const loading::VerifiedModule& module,
              const release::LiveModule* live,
              const rehearsal::Verdict& verdict) {
    const std::string& name = module.contract.name;
    if (verdict.passed) {
      add_line("ok    " + name + " " + module.contract.version + ", ABI " + module.abi +
               ", build " + module.build_id + ": rules, load, self-test, fresh entities");
    } else {
      const std::string output = verdict.output.empty() ? "" : "\n" + verdict.output;
      fail({Errc::failed_precondition, refusal_text(name, verdict) + output});
    }
    for (const abi::HandlerContract& handler : module.contract.handlers) {
      if (!handler.is_unprotected()) continue;
      add_line(
          "warn  " + name + ": " + handler.name +
          " stores changes, and a client that repeats it after a lost answer makes them twice: "
          "declare it idempotent, with a field idem_key in its request");
    }
    if (!states_.empty()) {
      const std::string from = live == nullptr ? "" : "against " + live->contract.version + ": ";
      add_line("      " + from + rehearsal_text(verdict.kinds));
    }
    for (const rehearsal::StateDifference& one : verdict.differences) {
      add_line("      differs: " + one.id.kind + " " + one.id.key + ": " + one.what);
    }
    for (const rehearsal::StateDifference& one : verdict.divergences) {
      add_line("      diverges: " + one.id.kind + " " + one.id.key + ": " + one.what);
    }
  }

  void report_unchanged(const release::SwapPlan& plan) {
    for (const release::ReleaseModule& module : plan.release.modules) {
      const auto same =
          std::ranges::find_if(plan.changed, [&](const loading::VerifiedModule& changed) {
            return changed.contract.name == module.name;
          });
      if (same != plan.changed.end()) continue;
      add_line("same  " + module.name + " " + module.version + " is the one in " + live_.release);
    }
  }

  void report_untried() {
    std::map<std::string, std::size_t> left;
    for (const ExportedEntity& state : states_) {
      if (!tried_kinds_.contains(state.id.kind)) ++left[state.id.kind];
    }
    for (const auto& [kind, count] : left) {
      add_line("left  kind " + kind + ", states: " + std::to_string(count) +
               ": no checked module has this kind");
    }
  }

  const CheckRequest& request_;
  rehearsal::ProbeOptions options_;
  ScratchFolder scratch_;
  loading::ModuleCache cache_;
  std::vector<loading::CachedFile> files_;  // private copies of live_'s modules
  release::LiveSet live_;
  std::vector<ExportedEntity> states_;
  std::set<std::string> tried_kinds_;  // kinds of the modules that were tried
  std::map<std::string, std::vector<abi::SettingContract>> settings_;
  bool passed_ = true;
  std::string text_;
};

std::vector<fs::path> modules_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".so") files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Returns `wanted` together with the options in an earlier manifest of this folder.
ReleaseWishes with_options_of(const fs::path& folder, const ReleaseWishes& wanted) {
  const Result<std::string> old = read_file(folder / "manifest.json", kTextBytesMax);
  const Result<release::Release> earlier = old ? release::parse_release(*old) : old.error();
  ReleaseWishes all = wanted;
  if (!earlier) return all;
  all.irreversible |= earlier->irreversible;
  all.refuse_divergence |= earlier->refuse_divergence;
  for (const std::string& name : earlier->allow_breaking) {
    if (std::ranges::find(all.allow_breaking, name) == all.allow_breaking.end()) {
      all.allow_breaking.push_back(name);
    }
  }
  for (const release::ReleaseModule& module : earlier->modules) {
    all.policies.emplace(module.name, module.policy);
    all.refuse_divergence_of[module.name] = module.refuse_divergence;
  }
  return all;
}

}  // namespace

CheckReport check_offline(const CheckRequest& request, const rehearsal::ProbeOptions& options) {
  return Checker(request, options).run();
}

Result<std::string> describe_release(const fs::path& folder,
                                     const std::string& name,
                                     const ReleaseWishes& wanted) {
  const ReleaseWishes wishes = with_options_of(folder, wanted);
  release::Release release;
  release.name = name;
  release.allow_breaking = wishes.allow_breaking;
  release.irreversible = wishes.irreversible;
  release.refuse_divergence = wishes.refuse_divergence;
  if (!release::is_plain_name(name)) {
    return {Errc::invalid_argument, "\"" + name + "\" cannot be the name of a release"};
  }
  for (const fs::path& path : modules_in(folder)) {
    Result<std::string> bytes = read_file(path, kModuleBytesMax);
    if (!bytes) return bytes.error();
    Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
    if (!module) return {module.error().code, path.string() + ":\n" + module.error().detail};
    release.modules.push_back(release::declare(*module, path.filename().string()));
    release::ReleaseModule& described = release.modules.back();
    const auto policy = wishes.policies.find(described.name);
    if (policy != wishes.policies.end()) described.policy = policy->second;
    const auto refuse = wishes.refuse_divergence_of.find(described.name);
    if (refuse != wishes.refuse_divergence_of.end()) described.refuse_divergence = refuse->second;
  }
  for (const auto& [module, policy] : wanted.policies) {
    if (std::ranges::find(release.modules, module, &release::ReleaseModule::name) ==
        release.modules.end()) {
      return {Errc::not_found, "--policy names " + module + ", which is not in " + folder.string()};
    }
  }
  if (release.modules.empty()) {
    return {Errc::not_found, folder.string() + " contains no .so file"};
  }
  return print_release(release);
}

Result<std::string> write_release_manifest(const fs::path& folder,
                                           const std::string& name,
                                           const ReleaseWishes& wanted) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  if (error) return {Errc::not_found, folder.string() + ": " + error.message()};
  Result<std::string> text =
      describe_release(real, name.empty() ? real.filename().string() : name, wanted);
  if (!text) return text;
  const auto others_write = fs::perms::group_write | fs::perms::others_write;
  for (const fs::path& path : modules_in(real)) {
    fs::permissions(path, others_write | fs::perms::owner_write, fs::perm_options::remove, error);
  }
  fs::permissions(real, others_write, fs::perm_options::remove, error);
  if (Result<> written = write_file(real / "manifest.json", *text, 0444); !written) {
    return written.error();
  }
  return text;
}

}  // namespace serai::swap
