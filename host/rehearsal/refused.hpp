// Refused: saves a refusal, so that the module's author can reproduce it: the reason, and the
// entity in the form that `host check --states` reads.
//
// The folder is releases/.refused/<release>-<module>-<milliseconds>/. The newest 20 are kept.
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

// Returns the new folder, or an empty path. It is in `fallback` when `releases` is not writable.
std::filesystem::path keep_refused(const std::filesystem::path& releases,
                                   const std::filesystem::path& fallback,
                                   const Refusal& refusal,
                                   const Verdict& verdict);

}  // namespace serai::rehearsal
