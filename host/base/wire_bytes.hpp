// WireWriter, WireReader: encode and decode numbers and texts as bytes. The runtime's own part of a
// stored entity has this format.
//
// Format  unsigned numbers are LEB128 varints, signed ones are zigzag varints, a text is its length
//         and its bytes.
// Errors  a reader fails when it runs past its end, or finds a varint that no writer writes:
//         greater than the caller's bound, of more than 64 bits, or longer than necessary. After a
//         failure every read returns zero or empty. Check ok() once at the end.
// Thread  not thread-safe; plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace serai {

class WireWriter {
 public:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  void signed_number(std::int64_t value) {
    number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  void text(std::string_view value) {
    number(value.size());
    out_.append(value);
  }
  const std::string& bytes() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number(std::uint64_t max = UINT64_MAX) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      const bool too_long = shift > 0 && byte == 0;
      const bool too_large = shift == 63 && byte > 1;
      return too_long || too_large || value > max ? fail() : value;
    }
    return fail();
  }
  std::int64_t signed_number() {
    const std::uint64_t raw = number();
    return static_cast<std::int64_t>((raw >> 1) ^ (~(raw & 1) + 1));
  }
  std::string_view text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::uint64_t fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace serai
