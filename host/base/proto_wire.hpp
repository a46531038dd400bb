// Protobuf wire format: functions that proto_json_read and proto_json_write share.
//
// Source  protobuf.dev/programming-guides/encoding
// Thread  any; an Out is not thread-safe.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace serai::wire {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

// The deepest nesting of objects and lists. Protobuf's own parser has the same limit.
constexpr int kDepthMax = 100;

inline WireFormatLite::WireType type_of(const FieldDescriptor& field) {
  return WireFormatLite::WireTypeForFieldType(static_cast<WireFormatLite::FieldType>(field.type()));
}

// The bits of an integer in the encoding of its field.
template <class Integer>
std::uint64_t encoded(const FieldDescriptor& field, Integer value) {
  if constexpr (std::is_same_v<Integer, std::int32_t>) {
    if (field.type() == FieldDescriptor::TYPE_SINT32) return WireFormatLite::ZigZagEncode32(value);
  } else if constexpr (std::is_same_v<Integer, std::int64_t>) {
    if (field.type() == FieldDescriptor::TYPE_SINT64) return WireFormatLite::ZigZagEncode64(value);
  }
  return static_cast<std::uint64_t>(value);
}

inline bool is_time(const Descriptor& type) {
  return type.well_known_type() == Descriptor::WELLKNOWNTYPE_TIMESTAMP;
}

// True for the well-known messages that contain an optional scalar as field 1, such as Int32Value.
inline bool is_wrapper(const Descriptor& type) {
  const auto wrapped = type.well_known_type();
  return wrapped >= Descriptor::WELLKNOWNTYPE_DOUBLEVALUE &&
         wrapped <= Descriptor::WELLKNOWNTYPE_BOOLVALUE;
}

inline google::protobuf::io::CodedInputStream reader(std::string_view wire) {
  return google::protobuf::io::CodedInputStream(reinterpret_cast<const std::uint8_t*>(wire.data()),
                                                static_cast<int>(wire.size()));
}

// Builds the bytes of a message from front to back.
class Out {
 public:
  std::size_t size() const { return bytes_.size(); }
  std::string take() && { return std::move(bytes_); }

  void tag(int field_number, WireFormatLite::WireType type) {
    varint(WireFormatLite::MakeTag(field_number, type));
  }
  void scalar(WireFormatLite::WireType type, std::uint64_t bits);
  void text(std::string_view value) {
    varint(value.size());
    bytes_ += value;
  }

  // Begins length-delimited bytes and returns where they begin. close() writes their length before
  // them.
  std::size_t open() {
    bytes_ += '\0';  // room for the length: one byte is enough for most
    return bytes_.size();
  }
  void close(std::size_t begin);

  void cut(std::size_t begin) { bytes_.resize(begin); }
  // Sorts the fields from `begin` on by their numbers.
  void sort_fields(std::size_t begin);

 private:
  void varint(std::uint64_t value);

  std::string bytes_;
};

}  // namespace serai::wire
