#include "net/compression.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

namespace serai::net {
namespace {

// The windowBits of zlib: 16 more selects the gzip format, a negative value raw deflate.
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;
constexpr std::size_t kStepBytes = std::size_t{16} * 1024;
constexpr int kFast = 1;  // the fastest level, because the shard's thread compresses

Bytef* bytes_of(const char* text) {
  // zlib's interface predates const; it does not write to its input.
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));
}

bool starts_as_gzip(std::string_view body) {
  return body.size() >= 2 && body[0] == '\x1f' && body[1] == '\x8b';
}

// RFC 1950, 2.2: the first two bytes name the method, and as a number they are divisible by 31.
bool starts_as_zlib(std::string_view body) {
  if (body.size() < 2) return false;
  const auto first = static_cast<unsigned char>(body[0]);
  const auto second = static_cast<unsigned char>(body[1]);
  return (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
}

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};
struct DeflateEnd {
  void operator()(z_stream* stream) const {
    deflateEnd(stream);
    delete stream;
  }
};
using Deflater = std::unique_ptr<z_stream, DeflateEnd>;

Error broken_body() { return {Errc::invalid_argument, "http: broken compressed body"}; }

// Unpacks all of the body or fails: bytes after its end are an error.
Result<std::string> inflate_all(std::string_view body, int window, std::size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) return {Errc::internal, "zlib has no memory"};
  const std::unique_ptr<z_stream, InflateEnd> guard(&stream);
  stream.next_in = bytes_of(body.data());
  stream.avail_in = static_cast<uInt>(body.size());

  std::string out;
  std::array<char, kStepBytes> step;
  for (int status = Z_OK; status != Z_STREAM_END || stream.avail_in != 0;) {
    // A gzip body may have several members, one after the other (RFC 1952, 2.2). All of them form
    // the body.
    if (status == Z_STREAM_END) {
      if (window != kGzipWindow || inflateReset(&stream) != Z_OK) return broken_body();
    }
    stream.next_out = bytes_of(step.data());
    stream.avail_out = static_cast<uInt>(step.size());
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END) {
      return broken_body();
    }
    out.append(step.data(), step.size() - stream.avail_out);
    if (out.size() > bytes_max) {
      return {Errc::resource_exhausted, "http: request body too large"};
    }
  }
  return out;
}

Deflater make_deflater(int window) {
  Deflater deflater(new z_stream{});
  if (deflateInit2(deflater.get(), kFast, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return nullptr;
  }
  return deflater;
}

}  // namespace

Result<std::string> inflate_body(std::string&& body, Encoding encoding, std::size_t bytes_max) {
  if (body.empty() || encoding == Encoding::none) return std::move(body);
  if (encoding == Encoding::gzip) {
    if (!starts_as_gzip(body)) return std::move(body);
    return inflate_all(body, kGzipWindow, bytes_max);
  }
  return inflate_all(body, starts_as_zlib(body) ? kZlibWindow : kRawWindow, bytes_max);
}

std::string deflate_body(std::string_view body, Encoding encoding) {
  // A deflater has 256 KB of tables, so each thread has one per format and resets it between
  // answers.
  thread_local const Deflater kGzip = make_deflater(kGzipWindow);
  thread_local const Deflater kZlib = make_deflater(kZlibWindow);
  z_stream* stream = (encoding == Encoding::gzip ? kGzip : kZlib).get();
  if (stream == nullptr || deflateReset(stream) != Z_OK) return {};

  std::string out(body.size(), '\0');
  stream->next_in = bytes_of(body.data());
  stream->avail_in = static_cast<uInt>(body.size());
  stream->next_out = bytes_of(out.data());
  stream->avail_out = static_cast<uInt>(out.size());
  if (deflate(stream, Z_FINISH) != Z_STREAM_END) return {};
  out.resize(out.size() - stream->avail_out);
  return out;
}

}  // namespace serai::net
