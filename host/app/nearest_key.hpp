// NearestKey: the known key that a misspelt one most likely means, for an error text.
//
// Thread  any.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace serai::app {

// One of `keys`; empty when none is close.
std::string_view nearest_key(std::string_view name, std::span<const std::string_view> keys);

// `unknown key "a"; did you mean "b"?`, without the question when no key is close.
std::string unknown_key_text(std::string_view name, std::string_view nearest);

}  // namespace serai::app
