// Frames between the host and its probe: a 4-byte size, a type, the payload.
//
// Units   sizes in bytes, host byte order: both ends are the same program on the same machine.
// Thread  any; plain values. Unpacker is safe on damaged input.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace serai {

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
  std::uint64_t number() {
    std::uint64_t value = 0;
    if (rest_.size() < sizeof(value)) {
      ok_ = false;
      return 0;
    }
    std::memcpy(&value, rest_.data(), sizeof(value));
    rest_.remove_prefix(sizeof(value));
    return value;
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

 private:
  std::string_view rest_;
  bool ok_ = true;
};

inline std::string pack_frame(Frame type, std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(payload.size() + 1);
  std::string frame(reinterpret_cast<const char*>(&size), sizeof(size));
  frame.push_back(static_cast<char>(type));
  frame.append(payload);
  return frame;
}

}  // namespace serai
