// SwapStages: what each stage of a swap does, and how it is taken back. In which order, and when:
// SwapMachine.
//
// Errors  failed_precondition: refused, with a reason a person can act on; unavailable: storage is
//         gone, or the host stops. A stage that fails leaves no trace. What a stage that ended well
//         gives is its line in the report.
// Thread  the loader thread.
// Owner   loaded generations go to SwapControl; retire() gets them back and closes them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "loading/loader.hpp"
#include "loading/module_cache.hpp"
#include "ports/swap_control.hpp"
#include "release/kept_releases.hpp"
#include "release/swap_plan.hpp"
#include "swap/closed_code.hpp"
#include "swap/rehearser.hpp"
#include "swap/store_reader.hpp"
#include "swap/swap.hpp"
#include "swap/swap_options.hpp"

namespace serai::swap {

class SwapStages {
 public:
  // By module, what it declares.
  using Settings = std::map<std::string, std::vector<abi::SettingContract>>;

  struct Parts {
    SwapControl& control;
    StoreReader& store;
    const SwapOptions& options;
    std::shared_ptr<ClosedCode> closed;  // owned by the engine and by every library it loaded
    std::function<bool()> cancelled;
    Log log;
    // Whether the files that modules are configured by fit what these modules declare.
    std::function<Result<>(const Settings& declared)> check_settings = {};  // none: nobody checks
  };
  explicit SwapStages(Parts parts);

  // First start: everything at once, nothing to compare with.
  Result<release::LiveSet> install(const release::Release& release);
  // Has what only `release` can read written so that `live` can. For a start after a crash.
  Result<> read_with(const release::Release& release, const release::LiveSet& live);

  Result<std::string> verify(Swap& swap, const release::LiveSet& live);
  Result<std::string> check_contract(const Swap& swap, const release::LiveSet& live) const;
  Result<std::string> rehearse(Swap& swap, const release::LiveSet& live);
  Result<std::string> load(Swap& swap, const release::LiveSet& live);
  Result<std::string> commit(Swap& swap);
  // All entities go back to what ran before commit(), and the newer code is closed.
  Result<std::string> go_back();
  // Canaries: whoever stayed behind follows.
  Result<std::string> move_rest();
  // Closes what the last commit() replaced, but for what still serves.
  std::string retire();
  // Closes what has served its last entity.
  void retire_drained();
  bool is_draining() const { return draining_; }  // former code may still serve what it has open

  const release::KeptReleases& kept() const { return kept_; }

 private:
  Result<std::vector<loading::CachedFile>> copy(const release::SwapPlan& plan);
  Result<> keep(const release::SwapPlan& plan,
                const std::vector<loading::CachedFile>& files,
                const release::LiveSet& live);
  Result<LoadedModules> load_files(release::SwapPlan plan,
                                   std::vector<loading::CachedFile> files,
                                   const release::LiveSet& running);
  void close_former();
  Result<> refuse_when_too_much_stayed() const;
  Result<> refuse_while_draining(const release::SwapPlan& plan) const;
  Result<> refuse_same_version(const release::SwapPlan& plan, const release::LiveSet& live) const;
  Result<> refuse_wrong_settings(const release::SwapPlan& plan, const release::LiveSet& live) const;

  Parts parts_;
  loading::ModuleCache cache_;
  release::KeptReleases kept_;
  Rehearser rehearser_;
  bool draining_ = false;
};

}  // namespace serai::swap
