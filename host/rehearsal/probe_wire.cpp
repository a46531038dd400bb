#include "rehearsal/probe_wire.hpp"

#include <utility>

namespace serai::rehearsal {

std::string pack_frame(Frame type, std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(payload.size() + 1);
  std::string frame(reinterpret_cast<const char*>(&size), sizeof(size));
  frame.push_back(static_cast<char>(type));
  frame.append(payload);
  return frame;
}

FrameStream::State FrameStream::next(Frame& type, std::string_view& payload) {
  const std::string_view rest = std::string_view(bytes_).substr(read_);
  std::uint32_t size = 0;
  if (rest.size() >= sizeof(size)) {
    std::memcpy(&size, rest.data(), sizeof(size));
    if (size == 0 || size > kFrameBytesMax) return State::garbled;
  }
  if (rest.size() <= sizeof(size) || rest.size() - sizeof(size) < size) {
    bytes_.erase(0, std::exchange(read_, 0));
    return State::more;
  }
  type = static_cast<Frame>(rest[sizeof(size)]);
  payload = rest.substr(sizeof(size) + 1, size - 1);
  read_ += sizeof(size) + size;
  return State::frame;
}

std::string pack_cost(const RehearsalCost& cost) {
  Packer out;
  out.number(static_cast<std::uint64_t>(cost.import_us));
  out.number(static_cast<std::uint64_t>(cost.export_us));
  out.text(cost.difference).number(cost.replayed).text(cost.divergence);
  return out.bytes();
}

std::optional<RehearsalCost> unpack_cost(std::string_view payload, std::int64_t us_max) {
  const auto most = static_cast<std::uint64_t>(us_max);
  Unpacker in(payload);
  RehearsalCost cost;
  cost.import_us = static_cast<std::int64_t>(in.number(most));
  cost.export_us = static_cast<std::int64_t>(in.number(most));
  cost.difference = in.text();
  cost.replayed = in.number();
  cost.divergence = in.text();
  if (!in.is_whole()) return std::nullopt;
  return cost;
}

}  // namespace serai::rehearsal
