#include "base/keyed_hash.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cstring>

#include "base/uuid.hpp"

namespace serai {
namespace {

std::atomic<std::uint64_t> g_fixed_key{0};

class SipState {
 public:
  explicit SipState(SipKey key)
      : v_{key.first ^ 0x736f6d6570736575ULL,
           key.second ^ 0x646f72616e646f6dULL,
           key.first ^ 0x6c7967656e657261ULL,
           key.second ^ 0x7465646279746573ULL} {}

  void add(std::uint64_t word, int rounds) {
    v_[3] ^= word;
    turn(rounds);
    v_[0] ^= word;
  }
  std::uint64_t end(int rounds) {
    v_[2] ^= 0xff;
    turn(rounds);
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }

 private:
  void turn(int rounds) {
    for (; rounds > 0; --rounds) {
      mix(0, 1, 13);
      v_[0] = std::rotl(v_[0], 32);
      mix(2, 3, 16);
      mix(0, 3, 21);
      mix(2, 1, 17);
      v_[2] = std::rotl(v_[2], 32);
    }
  }
  void mix(std::size_t a, std::size_t b, int bits) {
    v_[a] += v_[b];
    v_[b] = std::rotl(v_[b], bits) ^ v_[a];
  }

  std::array<std::uint64_t, 4> v_;
};

SipKey draw_key() {
  if (const std::uint64_t fixed = g_fixed_key; fixed != 0) return {fixed, fixed};
  SipKey key;
  std::memcpy(&key.first, Uuid::make_random().bytes().data(), sizeof(key.first));
  std::memcpy(&key.second, Uuid::make_random().bytes().data() + 8, sizeof(key.second));
  return key;
}

}  // namespace

std::uint64_t sip_hash(SipKey key, std::string_view text, SipRounds rounds) {
  SipState state(key);
  const std::size_t size = text.size();
  std::uint64_t word = 0;
  for (; text.size() >= sizeof(word); text.remove_prefix(sizeof(word))) {
    std::memcpy(&word, text.data(), sizeof(word));
    state.add(word, rounds.per_word);
  }
  word = std::uint64_t{size} << 56;
  for (std::size_t i = 0; i < text.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  state.add(word, rounds.per_word);
  return state.end(rounds.at_end);
}

std::uint64_t keyed_hash(std::string_view text) {
  static const SipKey kKey = draw_key();
  return sip_hash(kKey, text);
}

void fix_hash_key(std::uint64_t key) { g_fixed_key = key; }

}  // namespace serai
