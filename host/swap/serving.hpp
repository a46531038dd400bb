// Serving: what runs, how that stands to the release that the link names and to the facts, and what
// of it an operator has to know.
//
// Errors  commit(): the store's. A note about a release that cannot be written down is logged: it
//         holds no swap up.
// Thread  the loader thread.
// Owner   owns the facts (ReleaseMemory); borrows store and options.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "release/swap_plan.hpp"
#include "swap/release_memory.hpp"
#include "swap/swap_options.hpp"

namespace serai::swap {

class Serving {
 public:
  Serving(StoreReader& store, const SwapOptions& options, Log log)
      : options_(options), log_(log), memory_(store) {}

  release::LiveSet& live() { return live_; }
  const release::LiveSet& live() const { return live_; }
  ReleaseMemory& memory() { return memory_; }
  const ReleaseMemory& memory() const { return memory_; }
  // It serves for want of the committed release, and is itself not committed.
  bool is_uncommitted() const { return uncommitted_; }
  void set_uncommitted(bool uncommitted) { uncommitted_ = uncommitted; }

  // What serves is what a restart loads.
  Result<> commit();
  void note_attempt(const std::string& release, const std::string& digest, AttemptOutcome outcome);
  void forget_attempt(const std::string& digest);

  // The link comes to name `release`, so that the next look at it agrees. What kept it from that is
  // the answer; then the release that the link still names is not swapped to unless somebody asks.
  std::string move_link(const std::string& release);

  // Why what serves is not what the link names.
  void set_note(std::string note) { note_ = std::move(note); }
  // States that a crash left, and that only code of this digest can read.
  void set_unread(std::string text, std::string digest);
  // What serves is what the link names, or was asked for since.
  void forget_notes();
  std::string note() const;
  const std::string& not_lasting() const { return not_lasting_; }

 private:
  struct Unread {
    std::string text;
    std::string digest;
  };

  const SwapOptions& options_;
  Log log_;
  ReleaseMemory memory_;
  release::LiveSet live_;
  bool uncommitted_ = false;
  std::string note_;
  std::string not_lasting_;  // what kept the link from following the last swap
  std::optional<Unread> unread_;
};

}  // namespace serai::swap
