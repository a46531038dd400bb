// KeyClaims: which idempotency keys calls of players are running under, on all shards.
//
// A key belongs to one call. Two entities that are asked under one key at the same time run on
// their own shards and know nothing of each other; the store would refuse the slower one, and with
// it whatever others had built on what it had done meanwhile. So a call claims its key before it
// runs, and one that comes too late is refused before it does anything.
//
// It errs to one side only: when two different keys want one slot, the second call runs without a
// claim, and the store's refusal stays the last word.
//
// Owner   the runtime; outlives its shards, and with them every claim.
// Thread  any; no locks.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>

namespace serai {

// Held while the call runs and until what it did is on disk; given back when it is destroyed.
class KeyClaim {
 public:
  KeyClaim() = default;
  explicit KeyClaim(std::atomic<std::uint64_t>& slot) : slot_(&slot) {}
  KeyClaim(KeyClaim&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  KeyClaim& operator=(KeyClaim&& other) noexcept {
    if (this != &other) {
      give_back();
      slot_ = std::exchange(other.slot_, nullptr);
    }
    return *this;
  }
  ~KeyClaim() { give_back(); }

 private:
  void give_back() {
    if (slot_ != nullptr) slot_->store(0, std::memory_order_release);
  }

  std::atomic<std::uint64_t>* slot_ = nullptr;
};

class KeyClaims {
 public:
  static constexpr std::size_t kSlots = 1U << 14U;  // 128 KB; far more than calls run at a time

  // `name` is the key's hash. Empty: another call runs under it.
  std::optional<KeyClaim> claim(std::uint64_t name) {
    const std::uint64_t mark = name | 1U;  // 0 is a free slot
    std::atomic<std::uint64_t>& slot = slots_[(name >> 1U) % kSlots];
    std::uint64_t held = 0;
    if (slot.compare_exchange_strong(held, mark, std::memory_order_acq_rel)) return KeyClaim(slot);
    if (held == mark) return std::nullopt;
    return KeyClaim();
  }

 private:
  std::array<std::atomic<std::uint64_t>, kSlots> slots_{};
};

}  // namespace serai
