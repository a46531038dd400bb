// Refused: what an author needs to see a refusal again at home: the reason, and the
// entity as `host check --states` takes it.
//
// Kept under releases/.refused/<release>-<module>-<milliseconds>/, the last 20 of them.
//
// Errors  none: when nothing can be written, the answer is empty and the swap is refused all the
//         same.
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

// The folder written, or an empty path. `fallback` is used when `releases` cannot be written to.
std::filesystem::path keep_refused(const std::filesystem::path& releases,
                                   const std::filesystem::path& fallback,
                                   const Refusal& refusal,
                                   const Verdict& verdict);

}  // namespace serai::rehearsal
