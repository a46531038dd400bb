// A message with a field of every Protobuf type, packed and unpacked, known by its descriptor only.
// Fields are declared in another order than their numbers.
#pragma once

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/wrappers.pb.h>

#include <cstdlib>
#include <string>

namespace serai::testing {

class EveryType {
 public:
  EveryType() : factory_(&pool_) {
    google::protobuf::FileDescriptorProto file;
    google::protobuf::FileDescriptorProto wrappers;
    google::protobuf::Int32Value::descriptor()->file()->CopyTo(&wrappers);
    if (!google::protobuf::TextFormat::ParseFromString(text(), &file) ||
        pool_.BuildFile(wrappers) == nullptr || pool_.BuildFile(file) == nullptr) {
      std::abort();
    }
  }

  const google::protobuf::Message& prototype() { return prototype("every.Type"); }
  // Maps of several keys and values; their order in the bytes is not defined.
  const google::protobuf::Message& maps() { return prototype("every.Maps"); }

 private:
  const google::protobuf::Message& prototype(const std::string& name) {
    return *factory_.GetPrototype(pool_.FindMessageTypeByName(name));
  }

  static std::string map(const std::string& name,
                         int number,
                         const std::string& key,
                         const std::string& value) {
    const std::string optional = "label: LABEL_OPTIONAL type: TYPE_";
    return "field { name: '" + name + "' number: " + std::to_string(number) +
           " label: LABEL_REPEATED type: TYPE_MESSAGE type_name: '.every.Maps." + name +
           "Entry' } nested_type { name: '" + name +
           "Entry' options { map_entry: true } field { name: 'key' number: 1 " + optional + key +
           " } field { name: 'value' number: 2 " + optional + value + " } }\n";
  }

  static std::string text() {
    static constexpr const char* kTypes[] = {"DOUBLE",
                                             "FLOAT",
                                             "INT64",
                                             "UINT64",
                                             "INT32",
                                             "FIXED64",
                                             "FIXED32",
                                             "BOOL",
                                             "STRING",
                                             "BYTES",
                                             "UINT32",
                                             "SFIXED32",
                                             "SFIXED64",
                                             "SINT32",
                                             "SINT64"};
    std::string fields;
    int number = 100;
    const auto add = [&](const std::string& name, const std::string& rest) {
      fields += "field { name: '" + name + "' number: " + std::to_string(number--) + " " + rest;
      fields += " }\n";
    };
    for (const char* type : kTypes) {
      const std::string name = type;
      add("one_" + name, "label: LABEL_OPTIONAL type: TYPE_" + name);
      add("many_" + name, "label: LABEL_REPEATED type: TYPE_" + name);
      if (name == "STRING" || name == "BYTES") continue;
      add("loose_" + name,
          "label: LABEL_REPEATED type: TYPE_" + name + " options { packed: false }");
    }
    add("self", "label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: '.every.Type'");
    add("selves", "label: LABEL_REPEATED type: TYPE_MESSAGE type_name: '.every.Type'");
    add("int", "label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: '.google.protobuf.Int32Value'");
    add("texts",
        "label: LABEL_REPEATED type: TYPE_MESSAGE type_name: '.google.protobuf.StringValue'");
    const std::string choice = "label: LABEL_OPTIONAL oneof_index: 0 type: TYPE_";
    add("choice_int", choice + "SINT32");
    add("choice_text", choice + "STRING");
    add("choice_self", choice + "MESSAGE type_name: '.every.Type'");
    return "name: 'every.proto' package: 'every' syntax: 'proto3' "
           "dependency: 'google/protobuf/wrappers.proto' "
           "message_type { name: 'Type' oneof_decl { name: 'choice' }\n" +
           fields + "} message_type { name: 'Maps'\n" + map("Flags", 4, "INT32", "BOOL") +
           map("Sums", 3, "BOOL", "SINT64") +
           map("Parts", 2, "STRING", "MESSAGE type_name: '.every.Type'") +
           map("Blobs", 1, "SFIXED32", "BYTES") + "}";
  }

  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
};

}  // namespace serai::testing
