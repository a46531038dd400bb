#include "protocol/query.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/hex.hpp"
#include "base/parse_number.hpp"
#include "base/utf8.hpp"

namespace serai::protocol {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Calls `take` with the decoded name and value of each pair, until it returns false.
template <class Take>
void for_each_pair(std::string_view query, Take take) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(pair.substr(0, equals), Plus::space);
    const auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), Plus::space);
    if (!take(name, value)) return;
  }
}

bool is_wrapper(const Descriptor& type) {
  const auto wrapped = type.well_known_type();
  return wrapped >= Descriptor::WELLKNOWNTYPE_DOUBLEVALUE &&
         wrapped <= Descriptor::WELLKNOWNTYPE_BOOLVALUE;
}

template <class T, class Set>
bool set_parsed(const std::optional<T>& value, Set set) {
  if (value) set(*value);
  return value.has_value();
}

bool set_value(Message& out, const FieldDescriptor& field, const std::string& text) {
  const Reflection& r = *out.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (!is_utf8(text)) return false;
      field.is_repeated() ? r.AddString(&out, &field, text) : r.SetString(&out, &field, text);
      return true;
    case FieldDescriptor::CPPTYPE_BOOL:
      return set_parsed(parse_bool(text), [&](bool v) { r.SetBool(&out, &field, v); });
    case FieldDescriptor::CPPTYPE_INT32:
      return set_parsed(parse_number<std::int32_t>(text),
                        [&](std::int32_t v) { r.SetInt32(&out, &field, v); });
    case FieldDescriptor::CPPTYPE_UINT32:
      return set_parsed(parse_number<std::uint32_t>(text),
                        [&](std::uint32_t v) { r.SetUInt32(&out, &field, v); });
    case FieldDescriptor::CPPTYPE_INT64:
      return set_parsed(parse_number<std::int64_t>(text),
                        [&](std::int64_t v) { r.SetInt64(&out, &field, v); });
    default:
      return true;  // no call has a query field of another type
  }
}

bool set_field(Message& out, const FieldDescriptor& field, const std::string& text) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return set_value(out, field, text);
  Message& wrapper = *out.GetReflection()->MutableMessage(&out, &field);
  return set_value(wrapper, *field.message_type()->FindFieldByNumber(1), text);
}

const FieldDescriptor* find_field(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  if (field == nullptr) field = type.FindFieldByCamelcaseName(name);
  if (field == nullptr || field->is_map()) return nullptr;
  const bool nested = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  return nested && !is_wrapper(*field->message_type()) ? nullptr : field;
}

}  // namespace

std::optional<bool> parse_bool(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kTrue{"true", "1", "t", "T", "TRUE", "True"};
  static constexpr std::array<std::string_view, 6> kFalse{"false", "0", "f", "F", "FALSE", "False"};
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return false;
  return std::nullopt;
}

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
  if (text.find_first_of("%+") == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

Result<NamedValues> parse_query(std::string_view query) {
  NamedValues values;
  bool broken = false;
  for_each_pair(query, [&](const auto& name, const auto& value) {
    broken = !name || !value;
    if (!broken) values.emplace_back(*name, *value);
    return !broken;
  });
  if (broken) return {Errc::invalid_argument, "broken percent-encoding in the query"};
  return values;
}

NamedValues parse_query_leniently(std::string_view query) {
  NamedValues values;
  for_each_pair(query, [&](const auto& name, const auto& value) {
    if (name && value) values.emplace_back(*name, *value);
    return true;
  });
  return values;
}

const std::string* find_value(const NamedValues& values, std::string_view name) {
  for (const auto& [key, value] : values) {
    if (key == name) return &value;
  }
  return nullptr;
}

Result<> bind_query(const NamedValues& query, const NamedValues& taken, Message& out) {
  std::set<const FieldDescriptor*> seen;
  for (const auto& [name, value] : query) {
    const FieldDescriptor* field = find_field(*out.GetDescriptor(), name);
    if (field == nullptr || find_value(taken, field->name()) != nullptr) continue;
    if (!field->is_repeated() && !seen.insert(field).second) {
      return {Errc::invalid_argument, name + ": given twice in the query"};
    }
    if (!set_field(out, *field, value)) {
      return {Errc::invalid_argument, name + ": \"" + value + "\" is not a valid value"};
    }
  }
  return success();
}

Result<> bind_path(const NamedValues& params, Message& out) {
  for (const auto& [name, value] : params) {
    const FieldDescriptor* field = find_field(*out.GetDescriptor(), name);
    SERAI_ASSERT(field != nullptr);  // the route table names fields that exist
    if (!set_field(out, *field, value)) {
      return {Errc::invalid_argument, name + ": not UTF-8"};
    }
  }
  return success();
}

}  // namespace serai::protocol
