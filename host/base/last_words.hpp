// Last words: why the process ends itself, kept for the report of its death.
//
// Thread  any; nothing allocates.
#pragma once

#include <string_view>

namespace serai {

// Cut at 255 bytes; the first that are said stay.
void say_last_words(std::string_view text) noexcept;
const char* last_words() noexcept;  // empty when none were said

// From now on a report tells them; until then they go to standard error at once.
void report_last_words() noexcept;

}  // namespace serai
