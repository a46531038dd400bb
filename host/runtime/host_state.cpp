#include "runtime/host_state.hpp"

#include "runtime/wire_bytes.hpp"

namespace serai {
namespace {
constexpr std::uint64_t kFormat = 1;
}

// Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014), SplitMix64.
std::uint64_t Generator::next() {
  std::uint64_t z = seed + ++counter * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::string HostState::encode() const {
  WireWriter out;
  out.number(kFormat);
  out.number(generator.seed);
  out.number(generator.counter);
  out.number(tick);
  out.signed_number(create_ms);
  out.text(label);
  out.number(timers.size());
  for (const auto& [id, timer] : timers) {
    out.number(id);
    out.signed_number(timer.due_ms);
    out.text(timer.handler);
    out.text(timer.payload);
  }
  return out.take();
}

Result<HostState> HostState::decode(std::string_view bytes) {
  WireReader in(bytes);
  HostState state;
  const std::uint64_t format = in.number();
  if (in.ok() && format != kFormat) {
    return Error{Errc::data_loss, "host state has format " + std::to_string(format)};
  }
  state.generator.seed = in.number();
  state.generator.counter = in.number();
  state.tick = in.number();
  state.create_ms = in.signed_number();
  state.label = in.text();
  const std::uint64_t count = in.number();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t id = in.number();
    EntityTimer timer;
    timer.due_ms = in.signed_number();
    timer.handler = in.text();
    timer.payload = in.text();
    state.timers.emplace(id, std::move(timer));
  }
  if (!in.ok() || !in.at_end()) return Error{Errc::data_loss, "host state is damaged"};
  return state;
}

}  // namespace serai
