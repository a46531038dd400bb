// The counter module: a module linked into the test, written with abi.h alone.
//
// The kind "counter" has a number. The kind "arena" is a match that counts hits, refuses "foul"
// hits, and at each tick folds its number, the tick and a random number into a trail. Payloads are
// plain text, so that no descriptors are needed. The number 707 cannot be exported. Version 2
// writes schema 2, refuses to import the number 666, and cannot write 1313 in schema 1. The handler
// "later" sets the timer "ring" to one second; the timer adds 100 to the number, or fails for the
// numbers below.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "abi/generation.hpp"

namespace serai::testing {

// The numbers for which the timer "ring" fails.
inline constexpr std::int64_t kRefuses = 404;
inline constexpr std::int64_t kThrows = 500;
inline constexpr std::int64_t kRefusesLater = 408;  // it waits first

using EditManifest = std::function<void(std::string&)>;

// Makes an opened generation of version 1 or 2. `at_import` is called in each import, `at_tick` in
// each tick with the arena's key. `edit` may change the manifest, but not the order of its
// handlers.
std::unique_ptr<abi::Generation> make_counter_module(
    std::uint64_t id,
    int version,
    std::function<void()> at_import = {},
    std::function<void(std::string_view)> at_tick = {},
    const EditManifest& edit = {});

}  // namespace serai::testing
