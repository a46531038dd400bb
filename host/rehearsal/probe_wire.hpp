// Frames between the host and its probe: a 4-byte size, a 1-byte type, the payload. The size is
// that of type and payload together.
//
// Units   sizes in bytes; numbers in host byte order, because both ends are the same program on the
//         same machine.
// Errors  reading is safe on damaged input, because a module in the probe may have overwritten any
//         memory there.
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace serai::rehearsal {

inline constexpr int kProbeFd = 3;  // the child's end of the socket pair
inline constexpr std::uint32_t kFrameBytesMax = 128U << 20;

enum class Frame : std::uint8_t {
  plan = 1,  // host: the files to load, the limits
  entity,    // host: one exported entity
  end,       // host: no more entities
  ready,     // probe: loaded, self-test and fresh entities passed
  passed,    // probe: the next entity in order has passed; its RehearsalCost
  failed,    // probe: the reason; the probe ends
  crashed,   // probe: the step in which a signal came; the signal ends the probe
  done,      // probe: all entities have passed; the probe ends
};

// Appends numbers (8 bytes) and texts (a number with the size, then the bytes).
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

// Reads what a Packer has written. After damage the values are 0 or empty, and ok() is false.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}
  // A number above `max` counts as damage.
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
  bool is_whole() const { return ok_ && rest_.empty(); }  // no damage, and no bytes left

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string pack_frame(Frame type, std::string_view payload);

// Splits a stream into frames. Its bytes may arrive in pieces of any size.
class FrameStream {
 public:
  enum class State { more, frame, garbled };

  void put(std::string_view bytes) { bytes_ += bytes; }
  // The next whole frame. Its payload is borrowed until the next call of put() or next(). `more`:
  // the frame is not complete yet. `garbled`: its size is 0 or above kFrameBytesMax.
  State next(Frame& type, std::string_view& payload);

 private:
  std::string bytes_;
  std::size_t read_ = 0;
};

// Figures of one entity that passed.
struct RehearsalCost {
  std::int64_t import_us = 0;  // by the new version
  std::int64_t export_us = 0;  // by the new version, in its own schema
  std::string difference;      // of the state after the round trip, when the release allows it
  std::uint64_t replayed = 0;  // messages that both versions have replayed
  std::string divergence;      // of the replays; or the reason why they were not compared
};

std::string pack_cost(const RehearsalCost& cost);
// None: the bytes are damaged, or a time is above `us_max`, the longest time that the host may have
// waited.
std::optional<RehearsalCost> unpack_cost(std::string_view payload, std::int64_t us_max);

}  // namespace serai::rehearsal
