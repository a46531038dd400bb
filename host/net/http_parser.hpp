// HttpParser: reads an HttpRequest from bytes, with Beast's parser and without its containers.
// ChunkedBody reads bodies in chunks.
//
// Units   header_bytes_max and body_bytes_max: bytes.
// Errors  header_too_large, body_too_large, malformed, unknown_coding. After an error the parser
//         cannot be used again.
// Thread  the shard's.
// Owner   HttpPhase. take() moves the request out and prepares the parser for the next request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/response_head.hpp"
#include "ports/net.hpp"

namespace serai::net {

// The parts of a request that the connection itself needs.
struct RequestTraits {
  Encoding accepts = Encoding::none;  // the first of gzip and deflate in Accept-Encoding
  Encoding body = Encoding::none;     // Content-Encoding
  bool has_origin = false;
  bool is_head = false;
  bool is_http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

class HttpParser {
 public:
  enum class State : std::uint8_t {
    more,
    done,
    header_too_large,
    body_too_large,
    malformed,
    // The Transfer-Encoding is not "chunked", so the end of the body cannot be found.
    unknown_coding,
  };

  HttpParser(std::uint32_t header_bytes_max, std::uint64_t body_bytes_max);
  ~HttpParser();
  HttpParser(const HttpParser&) = delete;
  HttpParser& operator=(const HttpParser&) = delete;

  // Takes bytes from the front of `input` and sets `used` to their number. The caller passes the
  // other bytes again later, with more after them.
  State put(std::span<const char> input, std::size_t& used);

  bool started() const;  // a part of the current request has come
  bool header_done() const;
  std::size_t body_bytes() const;  // of the current request, received so far
  RequestTraits traits() const;
  HttpRequest take();

 private:
  struct Grammar;
  State put_header_or_body(std::span<const char> input, std::size_t& used);
  State put_chunks(std::span<const char> input, std::size_t& used);
  void reset();

  std::uint32_t header_bytes_max_;
  std::uint64_t body_bytes_max_;
  std::size_t header_bytes_ = 0;
  std::unique_ptr<Grammar> grammar_;
};

}  // namespace serai::net
