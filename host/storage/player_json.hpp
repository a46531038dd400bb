// The JSON of one line of a player's file. player_file.hpp has the format.
//
// Errors  print_line(): data_loss, a text is not UTF-8. parse_line(): invalid_argument, the detail
//         names the member.
// Thread  any; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "storage/player_line.hpp"

namespace serai::storage {

// The last line: the number of lines before it.
struct PlayerEnd {
  std::uint64_t lines = 0;
};

Result<std::string> print_line(const PlayerLine& line);
std::string print_end(const PlayerEnd& end);
Result<std::variant<PlayerLine, PlayerEnd>> parse_line(std::string_view text);

}  // namespace serai::storage
