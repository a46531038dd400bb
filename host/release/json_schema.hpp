// JSON Schema (2020-12) of Protobuf messages as clients send and receive them. It describes the
// JSON of base/proto_json.
//
// Each message has two schemas: `<message>.sent`, what the host takes from clients, and
// `<message>.heard`, what it answers and pushes. They differ in 64-bit numbers and enums, and in
// unknown members: the host refuses them, but a client must accept those of a later version.
//
// Thread  one at a time. Descriptors are borrowed during add().
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
  // Adds the message and all it contains; returns its reference, "#/$defs/battle.Attack.sent".
  std::string add(const google::protobuf::Descriptor& message, Direction direction);

  std::string print() const;  // the same for the same messages, whatever the order of add()

 private:
  std::map<std::string, std::string> definitions_;  // name to JSON
};

}  // namespace serai::release
