// A module's messages, when other messages use Google's names.
#include "loading/descriptors.hpp"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>

using namespace serai;
using Catch::Matchers::Contains;

namespace {

// A set of one file of Google's package with this message, and one that uses it.
std::string set_with(const std::string& message) {
  google::protobuf::FileDescriptorSet files;
  const std::string text =
      "file { name: 'g.proto' package: 'google.protobuf' syntax: 'proto3' " + message + " }";
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &files));
  return files.SerializeAsString();
}

std::string message(const std::string& name, const std::string& fields) {
  return "message_type { name: '" + name + "' " + fields + " }";
}

std::string field(int number, const std::string& type, const std::string& label = "OPTIONAL") {
  return "field { name: 'f" + std::to_string(number) + "' number: " + std::to_string(number) +
         " type: TYPE_" + type + " label: LABEL_" + label + " }";
}

}  // namespace

TEST_CASE("a message under one of Google's names is what the name says, or is refused",
          "[modules][verify]") {
  const std::string good[] = {message("Int64Value", field(1, "INT64")),
                              message("BytesValue", field(1, "BYTES")),
                              message("Timestamp", field(1, "INT64") + field(2, "INT32")),
                              message("Mine", field(7, "STRING"))};
  for (const std::string& one : good) {
    INFO(one);
    CHECK(loading::Descriptors::make(set_with(one)).ok());
  }
  const std::string bad[] = {message("Int64Value", ""),
                             message("Int64Value", field(2, "INT64")),
                             message("Int64Value", field(1, "STRING")),
                             message("Int64Value", field(1, "INT64", "REPEATED")),
                             message("BoolValue", field(1, "BOOL") + field(2, "BOOL")),
                             message("Timestamp", field(1, "INT64")),
                             message("Timestamp", field(1, "INT64") + field(2, "STRING"))};
  for (const std::string& one : bad) {
    INFO(one);
    const auto made = loading::Descriptors::make(set_with(one));
    REQUIRE_FALSE(made);
    CHECK_THAT(made.error().detail, Contains("lacks the fields of Google's message of that name"));
  }
}
