// Feeds the parsers of the client plane in pieces, as a connection does: bytes that a parser did
// not take come again, with more bytes after them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/chunked_body.hpp"
#include "net/http_parser.hpp"

namespace serai::testing {

inline constexpr std::uint32_t kHeaderBytesMax = 400;
inline constexpr std::uint64_t kBodyBytesMax = 100;

using Pieces = std::vector<std::string_view>;

inline Pieces bytes_of(std::string_view text) {
  Pieces bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  return bytes;
}

// A number derived from the text, so that a choice by it can be repeated.
inline std::size_t sum_of(std::string_view text) {
  std::size_t sum = text.size();
  for (const char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum;
}

inline Pieces halves_of(std::string_view text) {
  const std::size_t place = text.empty() ? 0 : sum_of(text) % text.size();
  return {text.substr(0, place), text.substr(place)};
}

// Whether a connection gets the text byte by byte as well. Each byte costs several system calls, so
// of the longer texts only one in sixteen does.
inline bool goes_by_bytes(std::string_view text) {
  return text.size() <= 48 || sum_of(text) / 7 % 16 == 0;
}

// The text with the end of a header after it. Beast parses a header's lines as they come, until a
// line is incomplete; then it first waits for the end of the header. So a fault in a cut header is
// found at the header's end, if not before.
inline std::string with_end(std::string_view text) { return std::string(text) + "\r\n\r\n"; }

// Each request, and the fault that ended it.
struct SeenRequests {
  std::vector<HttpRequest> requests;
  HttpParser::State ended = HttpParser::State::more;

  friend bool operator==(const SeenRequests& a, const SeenRequests& b) {
    const auto same = [](const HttpRequest& x, const HttpRequest& y) {
      return x.method == y.method && x.path == y.path && x.query == y.query && x.body == y.body &&
             x.headers == y.headers;
    };
    return a.ended == b.ended &&
           std::equal(
               a.requests.begin(), a.requests.end(), b.requests.begin(), b.requests.end(), same);
  }
};

inline SeenRequests read_requests(const Pieces& pieces) {
  HttpParser parser(kHeaderBytesMax, kBodyBytesMax);
  std::string waiting;
  SeenRequests seen;
  for (const std::string_view piece : pieces) {
    waiting += piece;
    while (!waiting.empty() && seen.ended == HttpParser::State::more) {
      std::size_t used = 0;
      const HttpParser::State state = parser.put(waiting, used);
      waiting.erase(0, used);
      if (state == HttpParser::State::more) break;
      if (state == HttpParser::State::done) {
        seen.requests.push_back(parser.take());
      } else {
        seen.ended = state;
      }
    }
  }
  return seen;
}

struct SeenBody {
  std::string body;
  std::size_t used = 0;  // bytes of this body; those after it are another request
  ChunkedBody::State ended = ChunkedBody::State::more;
  friend bool operator==(const SeenBody&, const SeenBody&) = default;
};

// Takes all bytes it is given, so none comes again. The content of a faulty body does not matter.
inline SeenBody read_chunks(const Pieces& pieces) {
  ChunkedBody chunks(kHeaderBytesMax, kBodyBytesMax);
  SeenBody seen;
  for (const std::string_view piece : pieces) {
    if (seen.ended != ChunkedBody::State::more) break;
    std::size_t used = 0;
    seen.ended = chunks.put(piece, used, seen.body);
    seen.used += used;
  }
  return seen;
}

inline std::string as_chunk(std::string_view body) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  if (!body.empty()) {
    text += kDigits[body.size() >> 4 & 15];
    text += kDigits[body.size() & 15];
    text.append("\r\n").append(body).append("\r\n");
  }
  return text + "0\r\n\r\n";
}

}  // namespace serai::testing
