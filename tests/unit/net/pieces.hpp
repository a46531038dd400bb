// What comes out of the parsers of the client plane when their bytes come in pieces, as a
// connection hands them in: what a parser did not take comes again with more behind it.
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

// A number that the text decides: what is seen once is seen again.
inline std::size_t sum_of(std::string_view text) {
  std::size_t sum = text.size();
  for (const char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum;
}

inline Pieces halves_of(std::string_view text) {
  const std::size_t place = text.empty() ? 0 : sum_of(text) % text.size();
  return {text.substr(0, place), text.substr(place)};
}

// Whether the test also sends the text to a connection byte by byte. Each byte costs several system
// calls, so only one text in sixteen is sent so.
inline bool goes_by_bytes(std::string_view text) { return sum_of(text) / 7 % 16 == 0; }

// With the end of a header behind it. Beast looks at the lines of a header as they come, until it
// has to wait in one; from then on it looks for the end of the header first. So a fault in a header
// that is cut is found when the header ends, if not before.
inline std::string with_end(std::string_view text) { return std::string(text) + "\r\n\r\n"; }

// Each request, and the fault that ended it.
struct SeenRequests {
  std::vector<HttpRequest> requests;
  net::HttpParser::State ended = net::HttpParser::State::more;

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
  net::HttpParser parser(kHeaderBytesMax, kBodyBytesMax);
  std::string waiting;
  SeenRequests seen;
  for (const std::string_view piece : pieces) {
    waiting += piece;
    while (!waiting.empty() && seen.ended == net::HttpParser::State::more) {
      std::size_t used = 0;
      const net::HttpParser::State state = parser.put(waiting, used);
      waiting.erase(0, used);
      if (state == net::HttpParser::State::more) break;
      if (state == net::HttpParser::State::done) {
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
  std::size_t used = 0;  // of the bytes; what stands behind the end is another request
  net::ChunkedBody::State ended = net::ChunkedBody::State::more;
  friend bool operator==(const SeenBody&, const SeenBody&) = default;
};

// It takes every byte it is given, so none comes again. What a faulty body held is nobody's.
inline SeenBody read_chunks(const Pieces& pieces) {
  net::ChunkedBody chunks(kHeaderBytesMax, kBodyBytesMax);
  SeenBody seen;
  for (const std::string_view piece : pieces) {
    if (seen.ended != net::ChunkedBody::State::more) break;
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
