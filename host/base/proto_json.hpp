// JSON and Protobuf, one into the other, by descriptors: the rules of the client protocol. Both
// sides are bytes; no message is built in between.
//
// Reading accepts snake_case and lowerCamelCase names; numbers, bytes, times, enums and wrappers as
// in
//   proto3 JSON; integers as numbers or texts. null means absent. Refused: duplicate members, wrong
//   types, invalid UTF-8, anything but one object, nesting deeper than 100.
//   Fields come out in the order of their numbers whatever the order of the members, defaults
//   left out: what means the same to a message without maps has the same bytes.
// Writing uses snake_case in the order of declaration, leaves out defaults, writes present wrappers
// always, int64 as text, enums as numbers, times as RFC 3339 UTC, and U+FFFD for what is not UTF-8.
//   Takes every encoding that Protobuf allows: fields in any order, given again, packed or not.
//
// Errors  invalid_argument; reading names the path of the member that is wrong.
// Thread  any; descriptors and messages are the caller's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace serai {

enum class UnknownFields { refuse, ignore };

Result<std::string> json_to_wire(std::string_view json,
                                 UnknownFields unknown,
                                 const google::protobuf::Descriptor& type);
// Appends; what it has appended when the bytes turn out to be no such message stays there.
Result<> wire_to_json(std::string_view wire,
                      const google::protobuf::Descriptor& type,
                      std::string& out);

// The same with a message at hand; reading replaces what was in it.
Result<> read_json(std::string_view json, UnknownFields unknown, google::protobuf::Message& out);
void append_json(const google::protobuf::Message& message, std::string& out);

}  // namespace serai
