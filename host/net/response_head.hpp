// ResponseHead: writes the head of an answer straight into the output. The fields that all answers
// share are prepared as one block.
//
// Thread  the shard's.
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
  explicit ResponseHead(const std::vector<std::pair<std::string, std::string>>& added);

  void set_time(std::int64_t unix_s);
  void append(std::string& out, const HeadFields& fields) const;

 private:
  std::string added_;    // the configured fields
  std::string common_;   // Date, added_
  std::string api_;      // Cache-Control, Vary, and common_
  std::string ok_json_;  // the start of nearly every answer, to the value of Content-Length
  std::int64_t unix_s_ = -1;
};

}  // namespace serai::net
