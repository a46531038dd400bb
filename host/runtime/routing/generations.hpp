// Generations: all loaded generations: those that serve, those a swap may go back to, and those
// that drain, which serve only what they have open.
//
// Thread  figures(), entries(): any. Everything else: the loader thread, or the main thread while
//         no swap may begin.
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
  // Live generations that are not among `serving` become former ones.
  void sort_out(const std::vector<LoadedGeneration*>& serving);
  // Makes the former generations live again.
  void restore_former();
  // Lets former generations drain that still serve beside their successors.
  void let_drain(const std::vector<Succession>& successions);

  const std::vector<Loaded>& live() const { return live_; }
  const std::vector<Loaded>& former() const { return former_; }
  const LoadedGeneration* find_draining(std::string_view module) const;  // null: none
  std::vector<const LoadedGeneration*> drained() const;  // those with nothing open any more

  Taken take_former();
  Taken take_drained(const std::vector<const LoadedGeneration*>& drained);

  std::vector<GenerationFigures> figures() const;
  GenerationFigures figures_of(std::uint64_t generation) const;  // empty: it is not loaded
  std::vector<std::pair<const serai_module*, GenerationFigures>> entries() const;

 private:
  mutable std::mutex mutex_;      // for readers other than the loader thread
  std::vector<Loaded> live_;      // GUARDED_BY(mutex_)
  std::vector<Loaded> former_;    // GUARDED_BY(mutex_): what a swap may go back to
  std::vector<Loaded> draining_;  // GUARDED_BY(mutex_)
};

}  // namespace serai::runtime
