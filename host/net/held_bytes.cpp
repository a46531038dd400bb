#include "net/held_bytes.hpp"

namespace serai::net {

HeldBytes::HeldBytes(const HeldLimits& limits, Metrics& metrics)
    : in_all_(metrics, "held_bytes", limits.bytes_max),
      of_owner_(metrics, "player_held_bytes", limits.owner_bytes_max),
      cells_(std::make_unique<std::array<Sum, kCells>>()) {}

Result<> HeldBytes::admit(std::uint64_t owner, std::uint64_t bytes) const {
  const auto own = static_cast<std::uint64_t>((*cells_)[owner % kCells].load());
  if (owner != 0 && own != 0 && own + bytes > of_owner_.max()) {
    return of_owner_.refuse(
        Errc::resource_exhausted,
        {"Too much of your data is unread or incomplete", "bytes", "finish it first"});
  }
  if (all() + bytes > in_all_.max()) {
    return in_all_.refuse(Errc::unavailable,
                          {"Too much data of all clients is unread or incomplete",
                           "bytes",
                           "ask for less, or try again later"});
  }
  return success();
}

void HeldBytes::add(std::uint64_t owner, std::int64_t bytes) {
  all_.fetch_add(bytes, std::memory_order_relaxed);
  (*cells_)[owner % kCells].fetch_add(bytes, std::memory_order_relaxed);
}

}  // namespace serai::net
