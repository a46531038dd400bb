#include "net/cors.hpp"

#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"

namespace serai::net {
namespace {

// Returns the canonical spelling of a request header that scripts may send. Empty for any other
// header. The simple headers are not listed, because browsers do not ask for them.
std::string_view allowed_header(std::string_view name) {
  static constexpr std::string_view kAllowed[] = {"Authorization", "Content-Type", "User-Agent"};
  for (const std::string_view allowed : kAllowed) {
    const auto same = [](char a, char b) { return lower_case(a) == lower_case(b); };
    if (std::equal(name.begin(), name.end(), allowed.begin(), allowed.end(), same)) return allowed;
  }
  return {};
}

}  // namespace

std::string preflight_lines(const HttpRequest& request) {
  const std::string_view method = request.header("access-control-request-method");
  if (method.empty()) return {};

  std::string lines;
  if (method == "PUT" || method == "DELETE") {
    lines.append("Access-Control-Allow-Methods: ").append(method).append("\r\n");
  }
  std::string allowed;
  std::string_view asked = request.header("access-control-request-headers");
  while (!asked.empty()) {
    const std::size_t comma = asked.find(',');
    const std::string_view name = allowed_header(trimmed(asked.substr(0, comma), " \t"));
    if (!name.empty()) allowed.append(allowed.empty() ? "" : ",").append(name);
    asked.remove_prefix(comma == std::string_view::npos ? asked.size() : comma + 1);
  }
  if (!allowed.empty()) lines += "Access-Control-Allow-Headers: " + allowed + "\r\n";
  return lines;
}

}  // namespace serai::net
