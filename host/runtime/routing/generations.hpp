// Generations: all loaded generations, in three lists. Live ones serve. Former ones do not serve,
// but stay loaded for a rollback. Draining ones serve only the entities that they have in memory.
//
// Thread  figures(), figures_of(), entries(): any. Everything else: the loader thread, or the main
//         thread while no swap can begin.
// Owner   owns the generations until take_former() or take_drained() returns them.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/routing/directory.hpp"

namespace serai::runtime {

class Generations {
 public:
  using Loaded = std::unique_ptr<LoadedGeneration>;
  using Taken = std::vector<std::unique_ptr<abi::Generation>>;

  void add_live(std::vector<Loaded> loaded);
  void add_former(std::vector<Loaded> loaded);
  // Makes the live generations that are not among `serving` the former ones. There must be no other
  // former ones.
  void sort_out(const std::vector<LoadedGeneration*>& serving);
  // Makes all former generations live again.
  void restore_former();
  // Makes the former generations of these successions draining ones.
  void let_drain(const std::vector<Succession>& successions);

  const std::vector<Loaded>& live() const { return live_; }
  const std::vector<Loaded>& former() const { return former_; }
  const LoadedGeneration* find_draining(std::string_view module) const;  // null: none
  // The draining generations that no entity and no run uses any more.
  std::vector<const LoadedGeneration*> drained() const;

  // Return the generations to the caller, who closes them. No shard may use them any more.
  Taken take_former();
  Taken take_drained(const std::vector<const LoadedGeneration*>& drained);

  std::vector<GenerationFigures> figures() const;                // of all three lists
  GenerationFigures figures_of(std::uint64_t generation) const;  // empty: it is not loaded
  // The entry of each loaded module with its figures, to find the module that has a code address.
  std::vector<std::pair<const serai_module*, GenerationFigures>> entries() const;

 private:
  // Locked for each change, and for each read by another thread than the loader thread, which alone
  // makes changes.
  mutable std::mutex mutex_;
  std::vector<Loaded> live_;      // GUARDED_BY(mutex_)
  std::vector<Loaded> former_;    // GUARDED_BY(mutex_)
  std::vector<Loaded> draining_;  // GUARDED_BY(mutex_)
};

}  // namespace serai::runtime
