// A module linked into the test, written against abi.h alone: counters and an arena.
//
// Kind "counter" has a number; kind "arena" is a match that counts hits, refuses "foul" ones, and
// folds its number, the tick and a random number into a trail at each tick. Payloads are plain
// text, so that no descriptors are needed. The number 707 cannot be exported. Version 2 writes
// another schema, refuses to import the number 666, and cannot write 1313 in the schema of
// version 1. The timer "ring", which "later" sets to go off in a second, adds 100 to the number; it
// fails on three of them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "abi/generation.hpp"

namespace serai::testing {

inline constexpr std::int64_t kRefuses = 404;
inline constexpr std::int64_t kThrows = 500;
inline constexpr std::int64_t kRefusesLater = 408;  // after it has waited

using EditManifest = std::function<void(std::string&)>;

// `at_import` is called in each import, `at_tick` in each tick with the arena's key. `edit` may
// change the manifest; handlers are identified by their places in it.
std::unique_ptr<abi::Generation> make_counter_module(
    std::uint64_t id,
    int version,
    std::function<void()> at_import = {},
    std::function<void(std::string_view)> at_tick = {},
    const EditManifest& edit = {});

}  // namespace serai::testing
