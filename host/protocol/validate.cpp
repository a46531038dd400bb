#include "protocol/validate.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "base/utf8.hpp"

namespace serai::protocol {

Result<> check_object_name(std::string_view kind, std::string_view text) {
  constexpr std::size_t kCharsMax = 128;
  const std::string name(kind);
  if (text.empty()) return {Errc::invalid_argument, "Invalid " + name + ", must be set"};
  if (utf8_characters(text) <= kCharsMax) return success();
  return {Errc::invalid_argument,
          "Invalid " + name + ", at most " + std::to_string(kCharsMax) + " characters"};
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShownBytesMax = 64;
  const std::string_view front = utf8_front(text, kShownBytesMax);
  std::string out = "\"" + std::string(front);
  return out.append(front.size() < text.size() ? "...\"" : "\"");
}

bool is_json_object(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' && nlohmann::json::accept(text);
}

Result<Uuid> parse_id(std::string_view text, std::string_view kind) {
  if (const auto id = Uuid::parse(text)) return *id;
  return {Errc::invalid_argument, "Invalid " + std::string(kind)};
}

}  // namespace serai::protocol
