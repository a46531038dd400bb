// JSON Schema (2020-12) of Protobuf messages as they cross the client protocol; base/proto_json is
// what it describes.
//
// A message is two schemas: `<message>.sent`, what the host takes from clients, and
// `<message>.heard`, what it answers and pushes. They differ in 64-bit numbers and enums, and in
// members nobody knows: the host refuses them, a client must be ready for those of a later version.
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
  // The message and all it contains; answers its reference, "#/$defs/battle.Attack.sent".
  std::string add(const google::protobuf::Descriptor& message, Direction direction);

  std::string print() const;  // the same for the same messages, whatever the order of add()

 private:
  std::map<std::string, std::string> definitions_;  // name to JSON
};

}  // namespace serai::release
