// Replaces the words of a SQL text in which the databases differ, see Db.
//
// Thread  any.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace serai::storage {

using SqlWord = std::pair<std::string_view, std::string_view>;

// Replaces {name} by the word with this name. A word that begins with `own` is replaced by its
// rest; other words are left out.
std::string replace_words(std::string_view sql,
                          std::initializer_list<SqlWord> words,
                          std::string_view own);

}  // namespace serai::storage
