#include "app/nearest_key.hpp"

#include <algorithm>
#include <vector>

namespace serai::app {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

}  // namespace

std::string_view nearest_key(std::string_view name, std::span<const std::string_view> keys) {
  std::string_view best;
  std::size_t best_distance = name.size() / 2 + 1;
  for (const std::string_view key : keys) {
    // A right name in the wrong section is the most frequent mistake, so it counts as one typing
    // error.
    const bool same_leaf = last_part(key) == last_part(name);
    const std::size_t distance = same_leaf ? 1 : edit_distance(name, key);
    if (distance < best_distance) {
      best = key;
      best_distance = distance;
    }
  }
  return best;
}

std::string unknown_key_text(std::string_view name, std::string_view nearest) {
  std::string text = "unknown key \"" + std::string(name) + "\"";
  if (!nearest.empty()) text += "; did you mean \"" + std::string(nearest) + "\"?";
  return text;
}

}  // namespace serai::app
