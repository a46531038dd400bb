#include "storage/sql_words.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace serai::storage {

std::string replace_words(std::string_view sql,
                          std::initializer_list<SqlWord> words,
                          std::string_view own) {
  std::string text;
  text.reserve(sql.size());
  while (true) {
    const std::size_t begin = sql.find('{');
    text += sql.substr(0, begin);
    if (begin == std::string_view::npos) return text;
    const std::size_t end = sql.find('}', begin);
    SERAI_ASSERT(end != std::string_view::npos);
    const std::string_view name = sql.substr(begin + 1, end - begin - 1);
    const auto* const word = std::ranges::find(words, name, &SqlWord::first);
    if (word != words.end()) {
      text += word->second;
    } else if (name.empty()) {
      text += "{}";  // an empty JSON object
    } else if (name.starts_with(own)) {
      text += name.substr(own.size());
    }
    sql.remove_prefix(end + 1);
  }
}

}  // namespace serai::storage
