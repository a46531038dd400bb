#include "base/proto_json.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/base64.hpp"
#include "base/json_text.hpp"
#include "base/rfc3339.hpp"

namespace serai {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

constexpr int kSingular = -1;

template <class Number>
void append_number(Number value, std::string& out) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

template <class Number>
void append_quoted_number(Number value, std::string& out) {
  out += '"';
  append_number(value, out);
  out += '"';
}

template <class Real>
void append_real(Real value, std::string& out) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    append_number(value, out);
  }
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void message(const Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    if (type.well_known_type() == Descriptor::WELLKNOWNTYPE_TIMESTAMP) return time(message);
    if (is_wrapper(type)) return value(message, *type.FindFieldByNumber(1), kSingular);
    members(message, type);
  }

 private:
  static bool is_wrapper(const Descriptor& type) {
    const auto known = type.well_known_type();
    return known >= Descriptor::WELLKNOWNTYPE_DOUBLEVALUE &&
           known <= Descriptor::WELLKNOWNTYPE_BOOLVALUE;
  }

  void members(const Message& message, const Descriptor& type) {
    const Reflection& reflection = *message.GetReflection();
    out_ += '{';
    bool first = true;
    const int plain = type.field_count();
    for (int i = 0; i < plain; ++i) {
      const FieldDescriptor* field = type.field(i);
      if (const OneofDescriptor* choice = field->real_containing_oneof()) {
        // The members of a choice stand together: one look-up replaces a question to each.
        i = choice->field(choice->field_count() - 1)->index();
        field = reflection.GetOneofFieldDescriptor(message, choice);
        if (field == nullptr) continue;
      } else if (field->is_repeated() ? reflection.FieldSize(message, field) == 0
                                      : !reflection.HasField(message, field)) {
        continue;
      }
      if (!first) out_ += ',';
      first = false;
      member(message, *field);
    }
    out_ += '}';
  }

  void member(const Message& message, const FieldDescriptor& field) {
    out_ += '"';
    out_ += field.name();
    out_ += "\":";
    if (field.is_map()) return map(message, field);
    if (!field.is_repeated()) return value(message, field, kSingular);
    const int size = message.GetReflection()->FieldSize(message, &field);
    out_ += '[';
    for (int i = 0; i < size; ++i) {
      if (i > 0) out_ += ',';
      value(message, field, i);
    }
    out_ += ']';
  }

  void map(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<std::pair<std::string, const Message*>> entries;
    const int size = reflection.FieldSize(message, &field);
    entries.reserve(static_cast<std::size_t>(size));
    for (int i = 0; i < size; ++i) {
      const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
      entries.emplace_back(key(entry, *field.message_type()->map_key()), &entry);
    }
    std::sort(entries.begin(), entries.end());  // hash order would make equal messages differ
    out_ += '{';
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out_ += ',';
      out_ += entries[i].first;
      out_ += ':';
      value(*entries[i].second, *field.message_type()->map_value(), kSingular);
    }
    out_ += '}';
  }

  static std::string key(const Message& entry, const FieldDescriptor& field) {
    std::string text;
    Writer(text).value(entry, field, kSingular);
    if (text.front() != '"') text = '"' + text + '"';
    return text;
  }

  void time(const Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    const Reflection& reflection = *message.GetReflection();
    out_ += '"';
    append_rfc3339({reflection.GetInt64(message, type.FindFieldByNumber(1)),
                    reflection.GetInt32(message, type.FindFieldByNumber(2))},
                   out_);
    out_ += '"';
  }

  void text(const Message& message, const FieldDescriptor& field, int index) {
    const Reflection& reflection = *message.GetReflection();
    std::string scratch;
    const std::string& value =
        index == kSingular
            ? reflection.GetStringReference(message, &field, &scratch)
            : reflection.GetRepeatedStringReference(message, &field, index, &scratch);
    if (field.type() != FieldDescriptor::TYPE_BYTES) return append_json_string(value, out_);
    out_ += '"';
    append_base64(value, out_);
    out_ += '"';
  }

  // NOLINTNEXTLINE(readability-function-cognitive-complexity): one line a type
  void value(const Message& in, const FieldDescriptor& field, int index) {
    const Reflection& r = *in.GetReflection();
    const bool one = index == kSingular;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return append_number(one ? r.GetInt32(in, &field) : r.GetRepeatedInt32(in, &field, index),
                             out_);
      case FieldDescriptor::CPPTYPE_UINT32:
        return append_number(one ? r.GetUInt32(in, &field) : r.GetRepeatedUInt32(in, &field, index),
                             out_);
      case FieldDescriptor::CPPTYPE_INT64:
        return append_quoted_number(
            one ? r.GetInt64(in, &field) : r.GetRepeatedInt64(in, &field, index), out_);
      case FieldDescriptor::CPPTYPE_UINT64:
        return append_quoted_number(
            one ? r.GetUInt64(in, &field) : r.GetRepeatedUInt64(in, &field, index), out_);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return append_real(one ? r.GetDouble(in, &field) : r.GetRepeatedDouble(in, &field, index),
                           out_);
      case FieldDescriptor::CPPTYPE_FLOAT:
        return append_real(one ? r.GetFloat(in, &field) : r.GetRepeatedFloat(in, &field, index),
                           out_);
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ +=
            (one ? r.GetBool(in, &field) : r.GetRepeatedBool(in, &field, index)) ? "true" : "false";
        return;
      case FieldDescriptor::CPPTYPE_ENUM:
        return append_number(
            one ? r.GetEnumValue(in, &field) : r.GetRepeatedEnumValue(in, &field, index), out_);
      case FieldDescriptor::CPPTYPE_STRING:
        return text(in, field, index);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return message(one ? r.GetMessage(in, &field) : r.GetRepeatedMessage(in, &field, index));
    }
  }

  std::string& out_;
};

}  // namespace

void append_json(const google::protobuf::Message& message, std::string& out) {
  Writer(out).message(message);
}

}  // namespace serai
