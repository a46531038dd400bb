#include "ops/ops_request.hpp"

#include <charconv>

#include "base/http_status.hpp"
#include "base/json_text.hpp"

namespace serai::ops {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

OpsAnswer error_answer(const Error& error, int status) {
  OpsAnswer answer;
  answer.status = status != 0 ? status : http_status(error.code);
  answer.body = R"({"code":)" + std::to_string(static_cast<int>(error.code)) + R"(,"error":)";
  append_json_string(error.detail, answer.body);
  answer.body += '}';
  return answer;
}

OpsRequest parse_target(std::string_view method, std::string_view target) {
  OpsRequest request;
  const std::size_t mark = target.find('?');
  request.method = method;
  request.path = target.substr(0, mark);
  std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(pair.size(), equals + 1));
    request.query.emplace(decoded(pair.substr(0, equals)), decoded(value));
  }
  return request;
}

}  // namespace serai::ops
