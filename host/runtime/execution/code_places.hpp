// CodePlaces: finds the file and the offset of each return address, in a signal handler.
//
// It reads /proc/self/maps. The dynamic linker has the same data, but takes a lock, which the
// crashed thread may hold already.
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
    std::string_view file;      // without its folder; empty: the address is in no file
    std::uintptr_t offset = 0;  // of the call, which lies before the return address
  };

  // Finds the places of these return addresses, at most kFramesMax.
  void find(void* const* frames, int count);
  // The place of one address of the last find(). The text is borrowed from this object.
  Place at(int index) const;

 private:
  struct Found {
    std::array<char, 64> file{};
    std::uintptr_t offset = 0;
  };
  void take_line(std::string_view line);

  std::array<Found, kFramesMax> found_{};
  int count_ = 0;
  std::array<char, 4096> text_{};  // a part of the maps
  std::array<char, 512> file_{};   // the path in the last line
  std::uintptr_t file_begin_ = 0;  // the address of that file's first mapping
};

}  // namespace serai::runtime
