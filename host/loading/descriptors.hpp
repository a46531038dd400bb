// Descriptors: a module's Protobuf messages, read without running the module.
//
// Source  the section .serai.contract: a google.protobuf.FileDescriptorSet with its imports.
// Errors  invalid_argument names the file or message.
// Thread  any: the object is immutable.
// Owner   this object owns the returned messages and descriptors.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace google::protobuf {
class Descriptor;
class FileDescriptor;
class Message;
}  // namespace google::protobuf

namespace serai::loading {

class Descriptors {
 public:
  static Result<std::unique_ptr<Descriptors>> make(std::string_view file_descriptor_set);
  ~Descriptors();
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;

  // Both return null for an unknown message.
  const google::protobuf::Descriptor* find(std::string_view message) const;
  const google::protobuf::Message* prototype(std::string_view message) const;

  // In the order of the set, in which every file follows its imports.
  std::vector<const google::protobuf::FileDescriptor*> files() const;

  // True when the bytes parse as that message; unknown fields are accepted.
  bool parses(std::string_view message, std::string_view wire) const;

 private:
  struct Pool;
  explicit Descriptors(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

// Compares two encodings of one message of `mine`, in the fields that `other` has too. Returns the
// difference as "hp: 3 -> 5"; empty when they are equal.
std::string difference(const Descriptors& mine,
                       const Descriptors& other,
                       std::string_view message,
                       std::string_view before,
                       std::string_view after);

}  // namespace serai::loading
