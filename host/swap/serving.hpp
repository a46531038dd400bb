// Serving: the release that runs, and the notes for operators when it differs from the link or from
// the facts.
//
// Errors  commit(): the store's. A failed write of an attempt is only logged, because it must not
//         block a swap.
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
  // True when the committed release is missing and another one serves without being committed.
  bool is_uncommitted() const { return uncommitted_; }
  void set_uncommitted(bool uncommitted) { uncommitted_ = uncommitted; }

  // Writes the fact "committed": a restart then loads the running release.
  Result<> commit();
  void note_attempt(const std::string& release, const std::string& digest, AttemptOutcome outcome);
  void forget_attempt(const std::string& digest);

  // Points the link at `release`, so that the host does not swap back when it next reads the link.
  // Returns the reason if that failed; empty: it worked. After a failure the host does not swap to
  // the release that the link still names, unless somebody asks for it.
  std::string move_link(const std::string& release);

  // Sets the reason why the release that serves is not the one that the link names.
  void set_note(std::string note) { note_ = std::move(note); }
  // Sets a note about stored states, left by a crash, that only code of this digest can read.
  void set_unread(std::string text, std::string digest);
  // Drops the notes that are obsolete. To be called when the link names the running release, or
  // when somebody has asked for the running release.
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
  std::string not_lasting_;  // why the link could not follow the last swap
  std::optional<Unread> unread_;
};

}  // namespace serai::swap
