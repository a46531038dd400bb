#include "runtime/commit/recent_answers.hpp"

namespace serai::runtime {

std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

std::string answer_scope(const Uuid& player, const std::string& handler) {
  return player.text() + "/" + handler;
}

}  // namespace serai::runtime
