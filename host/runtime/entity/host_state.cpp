#include "runtime/entity/host_state.hpp"

#include <algorithm>

#include "base/wire_bytes.hpp"

namespace serai::runtime {
namespace {
constexpr std::uint64_t kFormat = 3;
constexpr std::uint64_t kFormatWithoutPosition = 2;
constexpr std::uint64_t kFormatWithoutTries = 1;
constexpr std::int64_t kBackOffMs = 1'000;
constexpr std::int64_t kBackOffMsMax = 3'600'000;
}  // namespace

std::int64_t timer_back_off_ms(std::uint32_t tries) {
  constexpr std::uint32_t kDoublingsMax = 12;  // 1 s << 12 is more than an hour
  const std::uint32_t doublings = std::min(tries == 0 ? 0 : tries - 1, kDoublingsMax);
  return std::min(kBackOffMs << doublings, kBackOffMsMax);
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
    out.number(timer.tries);
    out.text(timer.error);
  }
  out.number(position);
  return out.take();
}

Result<HostState> HostState::decode(std::string_view bytes) {
  WireReader in(bytes);
  HostState state;
  const std::uint64_t format = in.number();
  if (in.ok() && (format == 0 || format > kFormat)) {
    return Error{Errc::data_loss,
                 "host state has format " + std::to_string(format) +
                     ", this host reads 1 to 3: a newer host wrote it"};
  }
  state.generator.seed = in.number();
  state.generator.counter = in.number();
  state.tick = in.number();
  state.create_ms = in.signed_number();
  state.label = in.text();
  const std::uint64_t count = in.number();
  bool in_order = true;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t id = in.number();
    in_order = in_order && (i == 0 || id > state.timers.rbegin()->first);
    EntityTimer timer;
    timer.due_ms = in.signed_number();
    timer.handler = in.text();
    timer.payload = in.text();
    if (format != kFormatWithoutTries) {
      timer.tries = static_cast<std::uint32_t>(in.number(UINT32_MAX));
      timer.error = in.text();
    }
    state.timers.emplace(id, std::move(timer));
  }
  if (format > kFormatWithoutPosition) state.position = in.number();
  if (!in.ok() || !in.at_end() || !in_order) {
    return Error{Errc::data_loss, "host state is damaged: its timers and label cannot be read"};
  }
  return state;
}

}  // namespace serai::runtime
