#include "modules/check.hpp"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp

#include <algorithm>
#include <vector>

#include "modules/file_io.hpp"
#include "modules/module_cache.hpp"
#include "modules/swap_plan.hpp"

namespace serai {
namespace {

namespace fs = std::filesystem;

// A folder that is gone when the check is over.
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

// Runs the module in a child: load, self-test, fresh entities there and back.
Result<> try_in_child(const VerifiedModule& module, const ProbeOptions& options) {
  const ScratchFolder scratch;
  if (scratch.path().empty()) return {Errc::internal, "cannot make a temporary folder"};
  ModuleCache cache(scratch.path());
  Result<CachedFile> file = cache.put(module);
  if (!file) return file.error();
  ProbePlan plan;
  plan.module = module.contract.name;
  plan.new_file = file->path();
  Result<std::unique_ptr<Probe>> probe = Probe::start(plan, options);
  if (!probe) return probe.error();
  const Verdict verdict = (*probe)->finish();
  if (verdict.passed) return success();
  std::string reason = module.contract.name + ": rehearsal: " + verdict.reason;
  if (!verdict.output.empty()) reason += "\n" + verdict.output;
  return {Errc::failed_precondition, reason};
}

class Checker {
 public:
  explicit Checker(const ProbeOptions& options) : options_(options) {}

  CheckReport run(const fs::path& path, const fs::path& against) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      release(path, against);
    } else {
      file(path);
    }
    return {passed_, std::move(text_)};
  }

 private:
  void say(const std::string& line) { text_ += line + "\n"; }
  void fail(const Error& error) {
    passed_ = false;
    say("FAIL  " + error.detail);
  }

  void file(const fs::path& path) {
    Result<std::string> bytes = read_file(path, kModuleBytesMax);
    if (!bytes) return fail(bytes.error());
    Result<VerifiedModule> module = verify_module(*std::move(bytes), nullptr);
    if (!module) return fail(module.error());
    run_module(*module);
  }

  void run_module(const VerifiedModule& module) {
    if (Result<> tried = try_in_child(module, options_); !tried) return fail(tried.error());
    say("ok    " + module.contract.name + " " + module.contract.version + ", ABI " + module.abi +
        ", build " + module.build_id + ": rules, load, self-test, fresh entities");
  }

  void release(const fs::path& path, const fs::path& against) {
    Result<Release> release = read_release(path);
    if (!release) return fail(release.error());
    Result<SwapPlan> plan = plan_swap(*release, LiveSet{});
    if (!plan) return fail(plan.error());
    for (const VerifiedModule& module : plan->changed) run_module(module);
    if (Result<> checked = check_plan(*plan, LiveSet{}); !checked) return fail(checked.error());
    if (!against.empty()) compare(*plan, against);
  }

  void compare(const SwapPlan& plan, const fs::path& against) {
    Result<Release> before = read_release(against);
    if (!before) return fail(before.error());
    Result<SwapPlan> running = plan_swap(*before, LiveSet{});
    if (!running) return fail(running.error());
    LiveSet live;
    for (VerifiedModule& module : running->changed) {
      LiveModule one;
      one.contract = module.contract;
      one.descriptor_set = std::move(module.descriptor_set);
      one.sha256 = std::move(module.sha256);
      live.modules.emplace(module.contract.name, std::move(one));
    }
    if (Result<> checked = check_plan(plan, live); !checked) return fail(checked.error());
    say("ok    nothing breaks against " + before->name);
  }

  ProbeOptions options_;
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

// And what people wrote into an earlier manifest of this folder.
ReleaseWishes with_what_was_said(const fs::path& folder, const ReleaseWishes& wanted) {
  const Result<std::string> old = read_file(folder / "manifest.json", kTextBytesMax);
  const Result<Release> earlier = old ? parse_release(*old) : old.error();
  ReleaseWishes all = wanted;
  if (!earlier) return all;
  all.irreversible |= earlier->irreversible;
  for (const std::string& name : earlier->allow_breaking) {
    if (std::ranges::find(all.allow_breaking, name) == all.allow_breaking.end()) {
      all.allow_breaking.push_back(name);
    }
  }
  for (const ReleaseModule& module : earlier->modules) {
    all.policies.emplace(module.name, module.policy);
  }
  return all;
}

}  // namespace

CheckReport check_offline(const fs::path& path,
                          const fs::path& against,
                          const ProbeOptions& options) {
  return Checker(options).run(path, against);
}

Result<std::string> describe_release(const fs::path& folder,
                                     const std::string& name,
                                     const ReleaseWishes& wanted) {
  const ReleaseWishes wishes = with_what_was_said(folder, wanted);
  Release release;
  release.name = name;
  release.allow_breaking = wishes.allow_breaking;
  release.irreversible = wishes.irreversible;
  if (!is_plain_name(name)) {
    return {Errc::invalid_argument, "\"" + name + "\" cannot be the name of a release"};
  }
  for (const fs::path& path : modules_in(folder)) {
    Result<std::string> bytes = read_file(path, kModuleBytesMax);
    if (!bytes) return bytes.error();
    Result<VerifiedModule> module = verify_module(*std::move(bytes), nullptr);
    if (!module) return {module.error().code, path.string() + ":\n" + module.error().detail};
    release.modules.push_back(declare(*module, path.filename().string()));
    const auto policy = wishes.policies.find(release.modules.back().name);
    if (policy != wishes.policies.end()) release.modules.back().policy = policy->second;
  }
  for (const auto& [module, policy] : wanted.policies) {
    if (std::ranges::find(release.modules, module, &ReleaseModule::name) == release.modules.end()) {
      return {Errc::not_found, "--policy names " + module + ", which is not in " + folder.string()};
    }
  }
  if (release.modules.empty()) {
    return {Errc::not_found, folder.string() + " holds no .so file"};
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
    fs::permissions(path, others_write, fs::perm_options::remove, error);
  }
  fs::permissions(real, others_write, fs::perm_options::remove, error);
  if (Result<> written = write_file(real / "manifest.json", *text, 0644); !written) {
    return written.error();
  }
  return text;
}

}  // namespace serai
