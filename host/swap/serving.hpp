// Serving: the release that runs, whether it agrees with the link and with the facts, and the notes
// for operators when it does not.
//
// Errors  commit(): the store's. A failed write of an attempt is only logged: it must not block a
//         swap.
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
  // True when the committed release is missing and another, uncommitted one serves instead.
  bool is_uncommitted() const { return uncommitted_; }
  void set_uncommitted(bool uncommitted) { uncommitted_ = uncommitted; }

  // Makes the running release the one that a restart loads.
  Result<> commit();
  void note_attempt(const std::string& release, const std::string& digest, AttemptOutcome outcome);
  void forget_attempt(const std::string& digest);

  // Points the link at `release`, so that the host does not swap back at its next look. Returns why
  // that failed, or nothing. After a failure the host does not swap to the release that the link
  // still names, unless somebody asks.
  std::string move_link(const std::string& release);

  // The reason why another release serves than the link names.
  void set_note(std::string note) { note_ = std::move(note); }
  // Stored states that a crash left, and that only code of this digest can read.
  void set_unread(std::string text, std::string digest);
  // The running release is the one that the link names, or was asked for since: notes are obsolete.
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
