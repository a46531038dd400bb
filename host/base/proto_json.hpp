// JSON and Protobuf, one into the other, by descriptors: the rules of the client protocol.
//
// Reading accepts snake_case and lowerCamelCase names; numbers, bytes, times, enums and wrappers as
// in
//   proto3 JSON; integers as numbers or texts. null means absent. Refused: duplicate members, wrong
//   types, invalid UTF-8, anything but one object, nesting deeper than 100.
// Writing uses snake_case, leaves out defaults, writes present wrappers always, int64 as text,
// enums as numbers,
//   times as RFC 3339 UTC.
//
// Errors  invalid_argument with the path of the member that is wrong.
// Thread  any; the message is the caller's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace google::protobuf {
class Message;
}

namespace serai {

enum class UnknownFields { refuse, ignore };

// Merges into `out`, which should be empty.
Result<> read_json(std::string_view json, UnknownFields unknown, google::protobuf::Message& out);

void append_json(const google::protobuf::Message& message, std::string& out);

}  // namespace serai
