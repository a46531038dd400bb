// CodePlaces: which files addresses of code are in, and where in them, found out in a signal
// handler.
//
// As /proc/self/maps tells it: the dynamic linker would take a lock that the crash may be inside
// of.
//
// Signal  safe: nothing allocates or locks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace serai::runtime {

class CodePlaces {
 public:
  static constexpr int kFramesMax = 48;
  struct Place {
    std::string_view file;      // without its folder; empty: not in a file
    std::uintptr_t offset = 0;  // of the call, which is before the return address
  };

  void find(void* const* frames, int count);
  Place at(int index) const;

 private:
  struct Found {
    std::array<char, 64> file{};
    std::uintptr_t offset = 0;
  };
  void take_line(std::string_view line);

  std::array<Found, kFramesMax> found_{};
  int count_ = 0;
  std::array<char, 4096> text_{};  // of the maps, being read
  std::array<char, 512> file_{};   // whose mappings are being read
  std::uintptr_t file_begin_ = 0;  // its first
};

}  // namespace serai::runtime
