// Frames between the host and its probe: a 4-byte size, a type, the payload.
//
// Units   sizes in bytes, host byte order: both ends are the same program on the same machine.
// Thread  any; plain values. What reads is safe on damaged input: a module that runs in the probe
//         may have written over anything there.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace serai::rehearsal {

inline constexpr int kProbeFd = 3;  // where the child finds its end of the socket pair
inline constexpr std::uint32_t kFrameBytesMax = 128U << 20;

enum class Frame : std::uint8_t {
  plan = 1,  // host: what to load, the limits
  entity,    // host: one exported entity
  end,       // host: no more entities
  ready,     // probe: loaded, self-test and fresh entities passed
  passed,    // probe: the next entity in order is fine; what it cost
  failed,    // probe: the reason; the probe ends
  crashed,   // probe: what it was doing when a signal came; the probe dies of it
  done,      // probe: all entities were fine; the probe ends
};

class Packer {
 public:
  Packer& number(std::uint64_t value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    return *this;
  }
  Packer& text(std::string_view value) {
    number(value.size());
    out_.append(value);
    return *this;
  }
  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}
  // A greater one than `max` is damage, as one that is cut short.
  std::uint64_t number(std::uint64_t max = std::numeric_limits<std::uint64_t>::max()) {
    std::uint64_t value = 0;
    if (rest_.size() < sizeof(value)) {
      ok_ = false;
      return 0;
    }
    std::memcpy(&value, rest_.data(), sizeof(value));
    rest_.remove_prefix(sizeof(value));
    if (value <= max) return value;
    ok_ = false;
    return 0;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) {
      ok_ = false;
      return {};
    }
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }
  bool ok() const { return ok_; }
  bool is_whole() const { return ok_ && rest_.empty(); }  // read to its end, and nothing behind it

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string pack_frame(Frame type, std::string_view payload);

// The frames of a stream, whichever pieces its bytes come in.
class FrameStream {
 public:
  enum class State { more, frame, garbled };

  void put(std::string_view bytes) { bytes_ += bytes; }
  // The next whole frame; its payload is good until the next call of put().
  State next(Frame& type, std::string_view& payload);

 private:
  std::string bytes_;
  std::size_t read_ = 0;
};

// What one entity took that passed.
struct RehearsalCost {
  std::int64_t import_us = 0;  // by the new version
  std::int64_t export_us = 0;  // by the new version, in its own schema
  std::string difference;      // after there and back, when the release allows it
  std::uint64_t replayed = 0;  // messages that the versions were compared in
  std::string divergence;      // between the versions; or why they were not compared
};

std::string pack_cost(const RehearsalCost& cost);
// Nothing: the bytes are no such thing, or nothing that the host could have waited for.
std::optional<RehearsalCost> unpack_cost(std::string_view payload, std::int64_t us_max);

}  // namespace serai::rehearsal
