// Protobuf to JSON: converts encoded messages to JSON text, by the descriptors of their types and
// the rules of the client protocol. No message object is built in between.
//
// Accepts  every encoding that Protobuf allows: fields in any order and more than once, lists
//          packed or not.
// Writes   snake_case names in the order of declaration. Defaults are left out; present wrappers
//          are always written. int64 as text, enums as numbers, times as RFC 3339 UTC. Bytes that
//          are not UTF-8 become U+FFFD.
// Errors   invalid_argument: the bytes are not a message of the type.
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

// Appends to `out`. After an error, the part that was appended so far stays in `out`.
Result<> wire_to_json(std::string_view wire,
                      const google::protobuf::Descriptor& type,
                      std::string& out);
// Appends the JSON of a message object.
void append_json(const google::protobuf::Message& message, std::string& out);

}  // namespace serai
