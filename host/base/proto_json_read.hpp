// JSON to Protobuf: converts JSON text to encoded messages, by the descriptors of their types and
// the rules of the client protocol. No message object is built in between.
//
// Accepts  snake_case and lowerCamelCase names; numbers, bytes, times, enums and wrappers as in
//          proto3 JSON; integers as numbers or texts. null means absent.
// Refuses  duplicate members, wrong types, invalid UTF-8, anything but one object, nesting deeper
//          than 100.
// Order    fields are written in the order of their numbers, whatever the order of the members.
//          Defaults are left out. So equal messages without maps have equal bytes.
// Errors   invalid_argument; the text has the path of the wrong member.
// Owner    borrows the descriptors during the call.
// Thread   any.
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
// Parses into a message object and replaces its contents.
Result<> read_json(std::string_view json, UnknownFields unknown, google::protobuf::Message& out);

}  // namespace serai
