// SwapStages: the work of each stage of a swap, and of its undo. SwapMachine decides the order.
//
// Each stage returns its line of the report.
//
// Errors  failed_precondition: refused, with a reason on which a person can act. unavailable:
//         storage cannot be reached, or the host stops. A stage that fails leaves no trace.
// Thread  the loader thread.
// Owner   loaded generations go to SwapControl. retire() gets them back and closes them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "loading/loader.hpp"
#include "loading/module_cache.hpp"
#include "ports/swap_control.hpp"
#include "release/saved_releases.hpp"
#include "release/swap_plan.hpp"
#include "swap/closed_code.hpp"
#include "swap/rehearser.hpp"
#include "swap/store_reader.hpp"
#include "swap/swap.hpp"
#include "swap/swap_options.hpp"

namespace serai::swap {

class SwapStages {
 public:
  // The declared settings, by module.
  using Settings = std::map<std::string, std::vector<abi::SettingContract>>;

  struct Parts {
    SwapControl& control;
    StoreReader& store;
    const SwapOptions& options;
    std::shared_ptr<ClosedCode> closed;  // shared with the engine and every library it loaded
    std::function<bool()> cancelled;
    Log log;
    // Checks the modules' configuration files against the declared settings.
    std::function<Result<>(const Settings& declared)> check_settings = {};  // none: no check
  };
  explicit SwapStages(Parts parts);

  // For the first start: loads and installs all modules. There are no former ones to compare with.
  Result<release::LiveSet> install(const release::Release& release);
  // For a start after a crash: rewrites the stored entities that only `release` can read, so that
  // `live` can read them.
  Result<> read_with(const release::Release& release, const release::LiveSet& live);

  Result<std::string> verify(Swap& swap, const release::LiveSet& live);
  Result<std::string> check_contract(const Swap& swap, const release::LiveSet& live) const;
  Result<std::string> rehearse(Swap& swap, const release::LiveSet& live);
  Result<std::string> load(Swap& swap, const release::LiveSet& live);
  Result<std::string> commit(Swap& swap);
  // Moves all entities back to the generations that ran before commit(), and closes the newer code.
  Result<std::string> go_back();
  // For canaries: moves the entities that are still with the former code.
  Result<std::string> move_rest();
  // Closes the code that the last commit() replaced, except code that still drains.
  std::string retire();
  // Closes the draining code whose last entity has ended.
  void retire_drained();
  // True while former code serves entities that it had open (policy drain).
  bool is_draining() const { return draining_; }

  const release::SavedReleases& saved_releases() const { return kept_; }

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
  release::SavedReleases kept_;
  Rehearser rehearser_;
  bool draining_ = false;
};

}  // namespace serai::swap
