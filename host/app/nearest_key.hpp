// nearest_key(): finds the key that a misspelt name most likely means, for error texts.
//
// Thread  any; pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace serai::app {

// Returns one of `keys`; empty when none is close. Closeness is the edit distance.
std::string_view nearest_key(std::string_view name, std::span<const std::string_view> keys);

// `unknown key "a"; did you mean "b"?`, without the question when no key is close.
std::string unknown_key_text(std::string_view name, std::string_view nearest);

}  // namespace serai::app
