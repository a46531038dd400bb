// Functions that record golden states when a schema is released. Hidden test cases, which are run
// by hand, call them.
#pragma once

#include "testing/golden.hpp"
#include "testing/story.hpp"

namespace game_test {

// The bytes that the newest version writes for a recorded state.
std::string written_by(const std::string& newest, const serai::testing::Recorded& state);

// The present state of the entity in `where`, with its hashes.
Golden capture(const World& world,
               const serai::testing::Recorded& where,
               const std::string& newest);

// Up to `count` different states of a kind, taken from the whole length of a story.
std::vector<Golden> capture_story(Story& story,
                                  const std::string& kind,
                                  std::uint32_t schema,
                                  std::size_t count,
                                  const std::string& newest);

}  // namespace game_test
