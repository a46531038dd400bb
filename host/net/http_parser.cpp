#include "net/http_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <new>

#include "base/ascii.hpp"
#include "net/chunked_body.hpp"

namespace serai::net {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using BeastText = beast::string_view;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kUsualFields = 12;

std::string_view view(BeastText text) { return {text.data(), text.size()}; }

std::string lower(BeastText text) {
  std::string out(text.size(), '\0');
  std::transform(text.begin(), text.end(), out.begin(), [](char c) { return lower_case(c); });
  return out;
}

// Returns the first of gzip and deflate in a list. Weights are ignored, as clients expect.
Encoding first_encoding(std::string_view list) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view weighted = list.substr(0, comma);
    const std::string_view token = trimmed(weighted.substr(0, weighted.find(';')), " \t");
    if (beast::iequals(BeastText(token.data(), token.size()), "gzip")) return Encoding::gzip;
    if (beast::iequals(BeastText(token.data(), token.size()), "deflate")) return Encoding::deflate;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return Encoding::none;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Converts "http://host/path", the absolute form that proxies send, to "/path" (RFC 9112, 3.2.2).
std::string_view origin_form(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

struct HttpParser::Grammar final : http::basic_parser<true> {
  Grammar(std::uint32_t header_bytes_max, std::uint64_t body_bytes_max)
      : chunks(header_bytes_max, body_bytes_max) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // HttpParser counts the header itself
    body_limit(body_bytes_max);
    eager(false);  // one put() stops after the header, so that its bytes can be counted
    limit = body_bytes_max;
  }

  HttpRequest request;
  RequestTraits traits;
  ChunkedBody chunks;
  std::uint64_t limit;
  bool has_host = false;
  bool has_length = false;
  bool has_coding = false;
  bool unknown_coding = false;

  void on_request_impl(
      http::verb verb, BeastText method, BeastText target, int version, ErrorCode&) override {
    request.method.assign(method.data(), method.size());
    const std::string_view path = origin_form(view(target));
    const std::size_t mark = path.find('?');
    request.path = path.substr(0, mark);
    if (mark != std::string_view::npos) request.query = path.substr(mark + 1);
    request.headers.reserve(kUsualFields);
    traits.is_head = verb == http::verb::head;
    traits.is_http_1_0 = version == 10;
  }
  void on_response_impl(int, BeastText, int, ErrorCode&) override {}

  void on_field_impl(http::field name,
                     BeastText name_text,
                     BeastText value,
                     ErrorCode& error) override {
    switch (name) {
      case http::field::content_length:
        // Accept exactly one number. A proxy that reads several differently would see another
        // request after the body.
        if (has_length || !is_number(view(value))) error = http::error::bad_content_length;
        has_length = true;
        break;
      case http::field::transfer_encoding:
        if (has_coding) error = http::error::bad_transfer_encoding;
        has_coding = true;
        unknown_coding = !beast::iequals(value, "chunked");
        if (unknown_coding) error = http::error::bad_transfer_encoding;
        break;
      case http::field::host:
        if (has_host) error = http::error::bad_field;
        has_host = true;
        break;
      case http::field::origin:
        traits.has_origin = true;
        break;
      case http::field::accept_encoding:
        traits.accepts = first_encoding(view(value));
        break;
      case http::field::content_encoding:
        traits.body = first_encoding(view(value));
        break;
      case http::field::expect:
        traits.expects_continue = beast::iequals(value, "100-continue");
        break;
      default:
        break;
    }
    request.headers.emplace_back(lower(name_text), std::string(view(value)));
  }
  void on_header_impl(ErrorCode& error) override {
    if (!has_host && !traits.is_http_1_0) error = http::error::bad_field;
    if (has_coding && (has_length || traits.is_http_1_0)) {
      error = http::error::bad_transfer_encoding;
    }
    traits.keep_alive = keep_alive();
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override {
    if (length) request.body.reserve(static_cast<std::size_t>(std::min(*length, limit)));
  }
  std::size_t on_body_impl(BeastText body, ErrorCode&) override {
    request.body.append(body.data(), body.size());
    return body.size();
  }
  // Never called, because HttpParser passes no chunk to Beast.
  void on_chunk_header_impl(std::uint64_t, BeastText, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastText body, ErrorCode&) override {
    return body.size();
  }
  void on_finish_impl(ErrorCode&) override {}

  // The state of the parser after put() has given `error`.
  State state_after(const ErrorCode& error) const {
    if (unknown_coding) return State::unknown_coding;
    if (error == http::error::need_more || (!error && !is_done())) return State::more;
    if (!error) return State::done;
    if (error == http::error::body_limit) return State::body_too_large;
    if (error == http::error::header_limit) return State::header_too_large;
    return State::malformed;
  }
};

HttpParser::HttpParser(std::uint32_t header_bytes_max, std::uint64_t body_bytes_max)
    : header_bytes_max_(header_bytes_max),
      body_bytes_max_(body_bytes_max),
      grammar_(std::make_unique<Grammar>(header_bytes_max, body_bytes_max)) {}

HttpParser::~HttpParser() = default;

HttpParser::State HttpParser::put(std::span<const char> input, std::size_t& used) {
  used = 0;
  if (!grammar_->is_header_done() || !grammar_->chunked()) {
    const State state = put_header_or_body(input, used);
    const bool has_chunks = grammar_->is_header_done() && grammar_->chunked();
    if (state != State::more || !has_chunks) return state;
  }
  return put_chunks(input, used);
}

HttpParser::State HttpParser::put_header_or_body(std::span<const char> input, std::size_t& used) {
  ErrorCode error;
  std::size_t taken = 0;
  do {
    const bool in_header = !grammar_->is_header_done();
    if (!in_header && grammar_->chunked()) return State::more;
    const auto rest = input.subspan(used);
    taken = grammar_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
    used += taken;
    if (in_header) header_bytes_ += taken;
    const bool is_cut = error == http::error::need_more && !grammar_->is_header_done();
    const std::size_t unread = is_cut ? rest.size() - taken : 0;
    if ((in_header ? header_bytes_ : 0) + unread > header_bytes_max_)
      return State::header_too_large;
  } while (!error && taken != 0 && used < input.size() && !grammar_->is_done());
  return grammar_->state_after(error);
}

HttpParser::State HttpParser::put_chunks(std::span<const char> input, std::size_t& used) {
  std::size_t taken = 0;
  const auto state = grammar_->chunks.put(input.subspan(used), taken, grammar_->request.body);
  used += taken;
  switch (state) {
    case ChunkedBody::State::more:
      return State::more;
    case ChunkedBody::State::done:
      return State::done;
    case ChunkedBody::State::lines_too_large:
      return State::header_too_large;
    case ChunkedBody::State::body_too_large:
      return State::body_too_large;
    case ChunkedBody::State::malformed:
      break;
  }
  return State::malformed;
}

bool HttpParser::started() const { return header_bytes_ != 0 || grammar_->got_some(); }
bool HttpParser::header_done() const { return grammar_->is_header_done(); }
std::size_t HttpParser::body_bytes() const { return grammar_->request.body.size(); }
RequestTraits HttpParser::traits() const { return grammar_->traits; }

HttpRequest HttpParser::take() {
  HttpRequest request = std::move(grammar_->request);
  reset();
  return request;
}

void HttpParser::reset() {
  Grammar* grammar = grammar_.get();
  grammar->~Grammar();
  // A Beast parser reads one message, so a new one is constructed in the same memory.
  ::new (grammar) Grammar(header_bytes_max_, body_bytes_max_);
  header_bytes_ = 0;
}

}  // namespace serai::net
