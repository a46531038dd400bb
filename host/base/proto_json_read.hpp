// JSON into Protobuf by descriptors: the rules of the client protocol. Both sides are bytes; no
// message is built in between.
//
// Accepts  snake_case and lowerCamelCase names; numbers, bytes, times, enums and wrappers as in
//          proto3 JSON; integers as numbers or texts. null means absent.
// Refuses  duplicate members, wrong types, invalid UTF-8, anything but one object, nesting deeper
//          than 100.
// Order    fields are written in the order of their numbers whatever the order of the members, and
//          defaults are left out, so that equal messages without maps have equal bytes.
// Errors   invalid_argument with the path of the member that is wrong.
// Thread   any; descriptors and messages are the caller's.
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
// The same with a message at hand; replaces what was in it.
Result<> read_json(std::string_view json, UnknownFields unknown, google::protobuf::Message& out);

}  // namespace serai
