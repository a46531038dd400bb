#include "storage/waiting_writes.hpp"

#include <string>

namespace serai::storage {
namespace {

enum Limit : std::size_t { kBytes, kWrites, kPlayerBytes, kPlayerWrites };
constexpr std::array<const char*, 4> kNames{
    "waiting_bytes", "waiting_writes", "player_waiting_bytes", "player_waiting_writes"};

Error refusal(Errc code, const char* subject, std::uint64_t max, const char* unit, Limit limit) {
  return {code,
          std::string(subject) + " are waiting for the disk, the limit is " + std::to_string(max) +
              " " + unit + ": try again later (limits." + kNames[limit] + ")"};
}

}  // namespace

WaitingWrites::WaitingWrites(const WaitingLimits& limits, Metrics& metrics)
    : limits_(limits),
      bytes_gauge_(metrics.gauge("serai_store_waiting_bytes",
                                 "Bytes that players have waiting for the disk.")),
      writes_gauge_(metrics.gauge("serai_store_waiting_writes",
                                  "Writes that players have waiting for the disk.")) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    refused_[i] = &metrics.counter("serai_refused_total",
                                   "Requests refused because of a limit, by the name of the limit.",
                                   {{"limit", kNames[i]}});
  }
}

Result<> WaitingWrites::admit(const Uuid& player, std::uint64_t bytes) const {
  if (player.is_nil()) return success();
  const auto refuse = [this](Errc code,
                             const char* subject,
                             std::uint64_t max,
                             const char* unit,
                             Limit limit) -> Result<> {
    refused_[limit]->add();
    return refusal(code, subject, max, unit, limit);
  };
  const Sum& own = cells_[cell_of(player)];
  const std::uint64_t own_writes = own.writes.load(std::memory_order_relaxed);
  if (own_writes >= limits_.player_writes_max) {
    return refuse(Errc::resource_exhausted,
                  "Too many of your writes",
                  limits_.player_writes_max,
                  "writes",
                  kPlayerWrites);
  }
  const std::uint64_t own_bytes = own.bytes.load(std::memory_order_relaxed);
  if (own_writes != 0 && own_bytes + bytes > limits_.player_bytes_max) {
    return refuse(Errc::resource_exhausted,
                  "Too many bytes of yours",
                  limits_.player_bytes_max,
                  "bytes",
                  kPlayerBytes);
  }
  if (all_.writes.load(std::memory_order_relaxed) >= limits_.writes_max) {
    return refuse(Errc::unavailable, "Too many writes", limits_.writes_max, "writes", kWrites);
  }
  const std::uint64_t all_bytes = all_.bytes.load(std::memory_order_relaxed);
  if (all_bytes != 0 && all_bytes + bytes > limits_.bytes_max) {
    return refuse(Errc::unavailable, "Too many bytes", limits_.bytes_max, "bytes", kBytes);
  }
  return success();
}

WaitingWrites::Reservation WaitingWrites::take(const Uuid& player, std::uint64_t bytes) {
  if (player.is_nil()) return {};
  const std::size_t cell = cell_of(player);
  for (Sum* sum : {&cells_[cell], &all_}) {
    sum->bytes.fetch_add(bytes, std::memory_order_relaxed);
    sum->writes.fetch_add(1, std::memory_order_relaxed);
  }
  bytes_gauge_.add(static_cast<double>(bytes));
  writes_gauge_.add(1);
  return {shared_from_this(), cell, bytes};
}

void WaitingWrites::give_back(std::size_t cell, std::uint64_t bytes) {
  for (Sum* sum : {&cells_[cell], &all_}) {
    sum->bytes.fetch_sub(bytes, std::memory_order_relaxed);
    sum->writes.fetch_sub(1, std::memory_order_relaxed);
  }
  bytes_gauge_.add(-static_cast<double>(bytes));
  writes_gauge_.add(-1);
}

}  // namespace serai::storage
