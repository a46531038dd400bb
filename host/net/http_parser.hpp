// HttpParser: makes an HttpRequest of bytes, with Beast's parser and without its containers.
// ChunkedBody reads bodies in chunks.
//
// Errors  header_too_large, body_too_large, malformed, unknown_coding; after an error the parser
//         cannot be used again.
// Thread  the shard's.
// Owner   take() moves the request out and makes the parser ready for the next.
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
    unknown_coding,  // a Transfer-Encoding other than "chunked": the end of the body cannot be
                     // known
  };

  HttpParser(std::uint32_t header_bytes_max, std::uint64_t body_bytes_max);
  ~HttpParser();

  // Takes bytes from the front and returns how many. The caller passes the others again later, with
  // more after them.
  State put(std::span<const char> input, std::size_t& used);

  bool started() const;  // something of the present request has come
  bool header_done() const;
  std::size_t body_bytes() const;  // of the present request, as far as it has come
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
