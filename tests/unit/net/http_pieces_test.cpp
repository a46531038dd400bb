// Every request of a corpus, cut at every byte and at every pair of bytes: the result must be the
// same as for the whole request, and no cut may end the host.
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "unit/net/pieces.hpp"

using serai::net::HttpParser;
using namespace serai::testing;
using State = serai::net::HttpParser::State;

namespace {

// The result of all bytes on a connection: each request, and the fault that ended the connection.
struct Seen {
  std::vector<std::string> requests;
  State ended = State::more;
  friend bool operator==(const Seen&, const Seen&) = default;
};

Seen read(const Pieces& pieces) {
  Seen seen;
  const SeenRequests all = read_requests(pieces);
  for (const serai::HttpRequest& one : all.requests) {
    seen.requests.push_back(one.method + " " + one.path + " " + one.body);
  }
  seen.ended = all.ended;
  return seen;
}

std::string chunked(const std::string& body, const std::string& lines = "") {
  return "POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n" + lines + "\r\n" + body;
}

std::string with(const std::string& lines, const std::string& body = "") {
  return "POST /a HTTP/1.1\r\nHost: t\r\n" + lines + "\r\n" + body;
}

struct Sample {
  std::string text;
  Seen seen;
};

const Seen kMalformed{{}, State::malformed};

std::vector<Sample> good() {
  return {
      {"GET / HTTP/1.1\r\nHost: t\r\n\r\n", {{"GET / "}}},
      {with("Content-Length: 5\r\n", "helloGET /b HTTP/1.1\r\nHost: t\r\n\r\n"),
       {{"POST /a hello", "GET /b "}}},
      {chunked("5\r\nhello\r\n0\r\n\r\n"), {{"POST /a hello"}}},
      {chunked("0\r\n\r\n"), {{"POST /a "}}},
      {chunked("00\r\n\r\nGET /b HTTP/1.1\r\nHost: t\r\n\r\n"), {{"POST /a ", "GET /b "}}},
      {chunked("2\r\nhe\r\n03\r\nllo\r\n000\r\n\r\n"), {{"POST /a hello"}}},
      {chunked("A;name=\"a value\"\r\n0123456789\r\n0;last\r\n\r\n"), {{"POST /a 0123456789"}}},
      {chunked("1 ;x\r\n!\r\n0\r\nTrailer: of no use\r\nAnother: too\r\n\r\n"), {{"POST /a !"}}},
      {chunked("1\r\n\r\r\n0\r\n\r\n"), {{"POST /a \r"}}},
      {chunked("0\r\n\r\n", "Expect: 100-continue\r\n"), {{"POST /a "}}},
  };
}

std::vector<Sample> bad() {
  const std::string much(200, 'x');
  return {
      {chunked("0\r\n\r"), {}},  // not ended yet: cuts inside the last chunk
      {chunked("0\r\n"), {}},
      {chunked("5\r\nhel"), {}},
      {chunked("\r\n"), kMalformed},
      {chunked("g\r\n"), kMalformed},
      {chunked("-1\r\n"), kMalformed},
      {chunked("0x1\r\na\r\n0\r\n\r\n"), kMalformed},
      {chunked("1\na\r\n0\r\n\r\n"), kMalformed},
      {chunked("1\r\nab\r\n0\r\n\r\n"), kMalformed},
      {chunked("1\r\na\n0\r\n\r\n"), kMalformed},
      {chunked("1\ra\r\n0\r\n\r\n"), kMalformed},
      {chunked("0\r\n\rX"), kMalformed},
      {chunked("0\r\n\n"), kMalformed},
      {chunked("0\r\nTrailer: a\nb: c\r\n\r\n"), kMalformed},
      {chunked("1;a\001b\r\na\r\n0\r\n\r\n"), kMalformed},
      {chunked("00000000000000001\r\na\r\n0\r\n\r\n"), kMalformed},
      {chunked("ffffffffffffffff\r\n"), {{}, State::body_too_large}},
      {chunked("64\r\n" + std::string(100, 'x') + "\r\n1\r\n"), {{}, State::body_too_large}},
      {chunked("1;" + much + much + much + "\r\n"), {{}, State::header_too_large}},
      {chunked("0\r\nA: " + much + "\r\nB: " + much + "\r\nC: " + much + "\r\n\r\n"),
       {{}, State::header_too_large}},
      {"GET / HTTP/1.1\r\nHost: t\r\nA: " + much + much + "\r\n\r\n",
       {{}, State::header_too_large}},
  };
}

}  // namespace

TEST_CASE("a request cut at every byte is the same as whole", "[net]") {
  std::vector<Sample> samples = good();
  for (Sample& sample : bad()) samples.push_back(std::move(sample));
  for (const Sample& sample : samples) {
    const std::string_view text = sample.text;
    INFO(sample.text);
    REQUIRE(read({text}) == sample.seen);
    REQUIRE(read(bytes_of(text)) == sample.seen);
    for (std::size_t i = 1; i < text.size(); ++i) {
      for (std::size_t j = i; j < text.size(); ++j) {
        INFO("cut at " << i << " and " << j);
        REQUIRE(read({text.substr(0, i), text.substr(i, j - i), text.substr(j)}) == sample.seen);
      }
    }
  }
}

TEST_CASE("a body whose length can be read in two ways is refused, never a second request",
          "[net]") {
  const std::string second = "5\r\nGET /\r\n0\r\n\r\nGET /secret HTTP/1.1\r\nHost: t\r\n\r\n";
  const Seen unknown{{}, State::unknown_coding};
  const Sample samples[] = {
      {with("Transfer-Encoding: gzip\r\n", second), unknown},
      {with("Transfer-Encoding: gzip, chunked\r\n", second), unknown},
      {with("Transfer-Encoding: chunked, gzip\r\n", second), unknown},
      {with("Transfer-Encoding: identity\r\n", second), unknown},
      {with("Transfer-Encoding: xchunked\r\n", second), unknown},
      {with("Transfer-Encoding: chunked, chunked\r\n", second), unknown},
      {with("Transfer-Encoding:\r\n", second), unknown},
      {with("Transfer-Encoding: \"chunked\"\r\n", second), unknown},
      {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", second), kMalformed},
      {with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", second), kMalformed},
      {with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", second), kMalformed},
      {with("Content-Length: 5\r\nContent-Length: 5\r\n", second), kMalformed},
      {with("Content-Length: 5\r\nContent-Length: 6\r\n", second), kMalformed},
      {with("Content-Length: 5, 5\r\n", second), kMalformed},
      {with("Content-Length: +5\r\n", second), kMalformed},
      {with("Content-Length: -5\r\n", second), kMalformed},
      {with("Content-Length: 0x5\r\n", second), kMalformed},
      {with("Content-Length: 5 5\r\n", second), kMalformed},
      {with("Content-Length:\r\n", second), kMalformed},
      {with("Transfer-Encoding : chunked\r\n", second), kMalformed},
      {with("Content-Length : 5\r\n", second), kMalformed},
      {with("A: b\rContent-Length: 5\r\n", second), kMalformed},
      {with("A: b\nContent-Length: 5\r\n", second), kMalformed},
      // A folded line belongs to the value before it (RFC 9112, 5.2), whatever it looks like.
      {with("A: b\r\n Content-Length: 5\r\n", second), {{"POST /a "}, State::malformed}},
      {with(" A: b\r\n", second), {{"POST /a "}, State::malformed}},
      {"POST /a HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + second, kMalformed},
  };
  for (const Sample& sample : samples) {
    INFO(sample.text);
    CHECK(read({sample.text}) == sample.seen);
    CHECK(read(bytes_of(sample.text)) == sample.seen);
  }
}
