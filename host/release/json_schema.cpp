#include "release/json_schema.hpp"

#include <google/protobuf/descriptor.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace serai::release {
namespace {

namespace pb = google::protobuf;
using Json = nlohmann::ordered_json;
using Field = pb::FieldDescriptor;

template <class Integer>
Json whole() {
  return {{"type", "integer"},
          {"minimum", std::numeric_limits<Integer>::min()},
          {"maximum", std::numeric_limits<Integer>::max()}};
}

// JavaScript has no 64-bit integers, so the host writes them as text. It accepts text and numbers.
Json long_number(bool is_signed, Direction direction) {
  const char* pattern = is_signed ? "^-?[0-9]{1,20}$" : "^[0-9]{1,20}$";
  if (direction == Direction::heard) return {{"type", "string"}, {"pattern", pattern}};
  Json schema = {{"type", {"integer", "string"}}, {"pattern", pattern}};
  if (!is_signed) schema["minimum"] = 0;
  return schema;
}

Json real() {
  return {{"anyOf", {{{"type", "number"}}, {{"enum", {"NaN", "Infinity", "-Infinity"}}}}}};
}

Json enumeration(const pb::EnumDescriptor& type, Direction direction) {
  Json choices = Json::array();
  for (int i = 0; i < type.value_count(); ++i) {
    const pb::EnumValueDescriptor& value = *type.value(i);
    choices.push_back({{"const", value.number()}, {"title", value.name()}});
    if (direction == Direction::sent) choices.push_back({{"const", value.name()}});
  }
  return {{"title", type.full_name()}, {"anyOf", choices}};
}

Json key_names(const Field& key) {
  switch (key.cpp_type()) {
    case Field::CPPTYPE_STRING:
      return {{"type", "string"}};
    case Field::CPPTYPE_BOOL:
      return {{"enum", {"true", "false"}}};
    default:
      return {{"pattern", "^-?[0-9]{1,20}$"}};
  }
}

bool is_wrapper(const pb::Descriptor& type) {
  const auto wrapped = type.well_known_type();
  return wrapped >= pb::Descriptor::WELLKNOWNTYPE_DOUBLEVALUE &&
         wrapped <= pb::Descriptor::WELLKNOWNTYPE_BOOLVALUE;
}

// The schema that allows at most one member of a oneof.
Json at_most_one(const pb::OneofDescriptor& choice) {
  Json cases = Json::array();
  Json none = Json::array();
  for (int i = 0; i < choice.field_count(); ++i) {
    const Json given = {{"required", {choice.field(i)->name()}}};
    cases.push_back(given);
    none.push_back(given);
  }
  cases.push_back({{"not", {{"anyOf", none}}}});
  return {{"oneOf", cases}};
}

class MessageSchema {
 public:
  MessageSchema(SchemaBook& book, Direction direction) : book_(book), direction_(direction) {}

  Json object(const pb::Descriptor& type) {
    Json properties = Json::object();
    for (int i = 0; i < type.field_count(); ++i) {
      properties[type.field(i)->name()] = member(*type.field(i));
    }
    Json schema = {{"type", "object"}, {"properties", properties}};
    if (direction_ == Direction::sent) schema["additionalProperties"] = false;
    Json choices = Json::array();
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
      choices.push_back(at_most_one(*type.oneof_decl(i)));
    }
    if (!choices.empty()) schema["allOf"] = choices;
    return schema;
  }

 private:
  Json member(const Field& field) {
    if (field.is_map()) {
      return {{"type", "object"},
              {"propertyNames", key_names(*field.message_type()->map_key())},
              {"additionalProperties", value(*field.message_type()->map_value())}};
    }
    if (field.is_repeated()) return {{"type", "array"}, {"items", value(field)}};
    return value(field);
  }

  Json value(const Field& field) {
    switch (field.cpp_type()) {
      case Field::CPPTYPE_INT32:
        return whole<std::int32_t>();
      case Field::CPPTYPE_UINT32:
        return whole<std::uint32_t>();
      case Field::CPPTYPE_INT64:
        return long_number(true, direction_);
      case Field::CPPTYPE_UINT64:
        return long_number(false, direction_);
      case Field::CPPTYPE_DOUBLE:
      case Field::CPPTYPE_FLOAT:
        return real();
      case Field::CPPTYPE_BOOL:
        return {{"type", "boolean"}};
      case Field::CPPTYPE_ENUM:
        return enumeration(*field.enum_type(), direction_);
      case Field::CPPTYPE_STRING:
        if (field.type() != Field::TYPE_BYTES) return {{"type", "string"}};
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      case Field::CPPTYPE_MESSAGE:
        return message(*field.message_type());
    }
    return Json::object();
  }

  Json message(const pb::Descriptor& type) {
    if (type.well_known_type() == pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP) {
      return {{"type", "string"}, {"format", "date-time"}};
    }
    if (is_wrapper(type)) return value(*type.FindFieldByNumber(1));
    return {{"$ref", book_.add(type, direction_)}};
  }

  SchemaBook& book_;
  Direction direction_;
};

}  // namespace

std::string SchemaBook::add(const pb::Descriptor& message, Direction direction) {
  const std::string name =
      message.full_name() + (direction == Direction::sent ? ".sent" : ".heard");
  // Enter the name first, because a message may contain itself.
  if (definitions_.emplace(name, std::string()).second) {
    definitions_[name] = MessageSchema(*this, direction).object(message).dump();
  }
  return "#/$defs/" + name;
}

std::string SchemaBook::print() const {
  Json definitions = Json::object();
  for (const auto& [name, text] : definitions_) definitions[name] = Json::parse(text);
  const Json root = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                     {"$defs", definitions}};
  return root.dump(2) + "\n";
}

}  // namespace serai::release
