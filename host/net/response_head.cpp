#include "net/response_head.hpp"

// Boost 1.81's string_view.hpp uses streams and does not include them.
#include <ostream>
//
#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <ctime>

#include "base/ascii.hpp"

namespace serai::net {
namespace {

constexpr std::string_view kApiFields =
    "Cache-Control: no-store, no-cache, must-revalidate\r\nVary: Accept-Encoding\r\n";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kOwnNames[] = {"cache-control",
                                          "vary",
                                          "date",
                                          "content-type",
                                          "connection",
                                          "content-length",
                                          "content-encoding"};

bool is_ours(std::string_view name) {
  const std::string lower = lower_case(std::string(name));
  return std::find(std::begin(kOwnNames), std::end(kOwnNames), lower) != std::end(kOwnNames);
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void append_number(std::string& out, std::size_t number) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

std::string date_field(std::int64_t unix_s) {
  const std::time_t time = unix_s;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  // strftime() writes English names of days and months in the C locale only. The host never leaves
  // that locale.
  const std::size_t size =
      std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  return {text, size};
}

void append_status(std::string& out, int status) {
  namespace http = boost::beast::http;
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(std::clamp(status, 100, 999)));
  out += ' ';
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
  out.append(reason.data(), reason.size());
  out += "\r\n";
}

}  // namespace

ResponseHead::ResponseHead(const std::vector<std::pair<std::string, std::string>>& added) {
  for (const auto& [name, value] : added) {
    if (name.empty() || is_ours(name) || !is_one_line(name) || !is_one_line(value)) continue;
    added_ += name + ": " + value + "\r\n";
  }
  set_time(0);
}

void ResponseHead::set_time(std::int64_t unix_s) {
  if (unix_s == unix_s_) return;
  unix_s_ = unix_s;
  common_ = date_field(unix_s) + added_;
  api_ = std::string(kApiFields) + common_;
  ok_json_ = "HTTP/1.1 200 OK\r\n" + api_ + "Content-Type: application/json\r\nContent-Length: ";
}

void ResponseHead::append(std::string& out, const HeadFields& fields) const {
  if (fields.status == 200 && !fields.cacheable && fields.content_type == kJson) {
    out += ok_json_;
  } else {
    append_status(out, fields.status);
    out += fields.cacheable ? common_ : api_;
    if (!fields.content_type.empty() && is_one_line(fields.content_type)) {
      out.append("Content-Type: ").append(fields.content_type).append("\r\n");
    }
    out += "Content-Length: ";
  }
  append_number(out, fields.content_length);
  out += "\r\n";
  if (fields.encoding == Encoding::gzip) out += "Content-Encoding: gzip\r\n";
  if (fields.encoding == Encoding::deflate) out += "Content-Encoding: deflate\r\n";
  if (fields.cors) out += "Access-Control-Allow-Origin: *\r\n";
  if (fields.close) {
    out += "Connection: close\r\n";
  } else if (fields.keep_alive) {
    out += "Connection: keep-alive\r\n";
  }
  out.append(fields.extra).append("\r\n");
}

}  // namespace serai::net
