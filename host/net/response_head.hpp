// ResponseHead: appends the head of an answer to the output. The fields that all answers share are
// prepared as one text.
//
// Thread  the shard's.
// Owner   the Hub.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace serai::net {

enum class Encoding : std::uint8_t { none, gzip, deflate };

struct HeadFields {
  int status = 200;
  std::string_view content_type{};  // empty: none
  std::size_t content_length = 0;
  std::string_view extra{};  // whole lines, each with its line end
  Encoding encoding = Encoding::none;
  bool cacheable = false;  // true: without Cache-Control and Vary
  bool cors = false;
  bool close = false;
  bool keep_alive = false;  // sends "Connection: keep-alive", for HTTP/1.0
};

class ResponseHead {
 public:
  // `added`: configured fields. A field that the host sets itself is left out, and so is one with a
  // line break.
  explicit ResponseHead(const std::vector<std::pair<std::string, std::string>>& added);

  // Sets the Date field.
  void set_time(std::int64_t unix_s);
  // Appends the status line, the fields and the empty line.
  void append(std::string& out, const HeadFields& fields) const;

 private:
  std::string added_;    // the configured fields
  std::string common_;   // Date and added_
  std::string api_;      // Cache-Control, Vary, and common_
  std::string ok_json_;  // a 200 answer in JSON, up to the value of Content-Length
  std::int64_t unix_s_ = -1;
};

}  // namespace serai::net
