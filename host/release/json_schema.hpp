// JSON Schema (2020-12) of Protobuf messages as clients send and receive them. It describes the
// JSON of base/proto_json_read and base/proto_json_write.
//
// Each message has two schemas: `<message>.sent` for the JSON that the host accepts,
// `<message>.heard` for the JSON that it writes. They differ in 64-bit numbers and enums. They also
// differ in unknown members: the host refuses them, but a client must accept those of a later
// version.
//
// Thread  not thread-safe.
// Owner   descriptors are borrowed during add().
#pragma once

#include <map>
#include <string>

namespace google::protobuf {
class Descriptor;
}

namespace serai::release {

enum class Direction { sent, heard };

class SchemaBook {
 public:
  // Adds the message and all messages in it. Returns its reference, "#/$defs/battle.Attack.sent".
  std::string add(const google::protobuf::Descriptor& message, Direction direction);

  std::string print() const;  // does not depend on the order of add()

 private:
  std::map<std::string, std::string> definitions_;  // name to JSON
};

}  // namespace serai::release
