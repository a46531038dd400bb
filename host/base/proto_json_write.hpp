// Protobuf into JSON by descriptors: the rules of the client protocol. Both sides are bytes; no
// message is built in between.
//
// Accepts  every encoding that Protobuf allows: fields in any order, given again, packed or not.
// Writes   snake_case in the order of declaration. Defaults are left out, present wrappers always
//          written; int64 as text, enums as numbers, times as RFC 3339 UTC, and U+FFFD for what is
//          not UTF-8.
// Errors   invalid_argument.
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

// Appends to `out`. After an error, the part appended so far is left in `out`.
Result<> wire_to_json(std::string_view wire,
                      const google::protobuf::Descriptor& type,
                      std::string& out);
// The same with a message at hand.
void append_json(const google::protobuf::Message& message, std::string& out);

}  // namespace serai
