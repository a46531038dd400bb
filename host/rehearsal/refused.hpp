// Refused: saves a refusal, so that the module's author can reproduce it: the reason, and the
// entity in the form that `host check --states` reads.
//
// The folder is releases/.refused/<release>-<module>-<milliseconds>/. The newest ones are kept.
//
// Errors  none. When nothing can be written, the returned path is empty, and the swap is still
//         refused.
// Thread  the loader thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "rehearsal/probe.hpp"

namespace serai::rehearsal {

struct Refusal {
  std::string release;
  std::string from;  // the release that ran
  std::string module;
  std::int64_t now_ms = 0;
};

// Where refusals are saved: in `fallback` when `releases` is not writable.
struct RefusedPlaces {
  std::filesystem::path releases;
  std::filesystem::path fallback;
};

// Saves the refusal and removes all but the newest `kept_max`. Returns the new folder, or an empty
// path.
std::filesystem::path keep_refused(const RefusedPlaces& places,
                                   const Refusal& refusal,
                                   const Verdict& verdict,
                                   std::size_t kept_max);

// What is saved in both places.
struct SavedRefusals {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};
SavedRefusals count_refused(const RefusedPlaces& places);

}  // namespace serai::rehearsal
