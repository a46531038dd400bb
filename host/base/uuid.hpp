// Uuid: 16 bytes, printed in lower case with dashes. The nil id names the system user.
//
// Source  RFC 4122.
// Thread  any. make_random() uses OpenSSL's random generator, with a buffer per thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace serai {

class Uuid {
 public:
  constexpr Uuid() = default;
  explicit constexpr Uuid(std::array<std::uint8_t, 16> bytes) : bytes_(bytes) {}

  static Uuid make_random();                                       // version 4
  static Uuid make_named(std::string_view name);                   // version 5, DNS name space
  static Uuid from_random(std::uint64_t high, std::uint64_t low);  // version 4, from the given bits
  static std::optional<Uuid> parse(std::string_view text);         // dashed form, either case

  bool is_nil() const { return *this == Uuid{}; }
  std::string text() const;
  void write_text(std::array<char, 36>& out) const;  // does not allocate
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  std::size_t hash() const;  // keyed_hash.hpp: differs in every process

  friend auto operator<=>(const Uuid&, const Uuid&) = default;  // NOLINT(modernize-use-nullptr)

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace serai

template <>
struct std::hash<serai::Uuid> {
  std::size_t operator()(const serai::Uuid& id) const noexcept { return id.hash(); }
};
