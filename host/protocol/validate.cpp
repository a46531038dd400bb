#include "protocol/validate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json_text.hpp"

namespace serai {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_blank_or_control(char c) { return c == ' ' || is_control(c); }

Result<> refuse(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

Result<> check_plain(std::string_view what, std::string_view text, std::size_t least) {
  const std::string name(what);
  if (text.empty()) return refuse(name + " is required");
  if (std::any_of(text.begin(), text.end(), is_blank_or_control)) {
    return refuse("Invalid " + name + ", no spaces or control characters allowed");
  }
  if (text.size() < least || text.size() > 128) {
    return refuse("Invalid " + name + ", must be " + std::to_string(least) + "-128 bytes");
  }
  return success();
}

}  // namespace

Result<> check_custom_id(std::string_view id) { return check_plain("custom ID", id, 6); }
Result<> check_device_id(std::string_view id) { return check_plain("device ID", id, 10); }

Result<> check_email(std::string_view address) {
  if (std::any_of(address.begin(), address.end(), is_blank_or_control)) {
    return refuse("Invalid email address, no spaces or control characters allowed");
  }
  const std::size_t at = address.find('@');
  const std::size_t dot = address.rfind('.');
  const bool shaped = at != std::string_view::npos && at > 0 &&
                      address.find('@', at + 1) == std::string_view::npos &&
                      dot != std::string_view::npos && dot > at + 1 && dot + 1 < address.size();
  if (!shaped) return refuse("Invalid email address format");
  if (address.size() < 10 || address.size() > 255) {
    return refuse("Invalid email address, must be 10-255 bytes");
  }
  return success();
}

Result<> check_sent_password(std::string_view password) {
  return password.size() < 8 ? refuse("Password must be at least 8 characters long") : success();
}

Result<> check_sent_username(std::string_view name) {
  if (std::any_of(name.begin(), name.end(), is_control)) {
    return refuse("Username invalid, no control characters allowed");
  }
  if (name.empty() || name.size() > 128) return refuse("Username invalid, must be 1-128 bytes");
  return success();
}

Result<> check_profile_text(std::string_view field, std::string_view text, std::size_t chars_max) {
  const auto chars = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  });
  if (static_cast<std::size_t>(chars) <= chars_max) return success();
  return refuse("Invalid " + std::string(field) + ", at most " + std::to_string(chars_max) +
                " characters");
}

std::string_view utf8_front(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  text = text.substr(0, bytes_max);
  while (!is_utf8(text)) text.remove_suffix(1);
  return text;
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

Result<Uuid> parse_id(std::string_view text, std::string_view what) {
  if (const auto id = Uuid::parse(text)) return *id;
  return {Errc::invalid_argument, "Invalid " + std::string(what)};
}

}  // namespace serai
