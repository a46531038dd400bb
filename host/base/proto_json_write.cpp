#include "base/proto_json_write.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory_resource>
#include <vector>

#include "base/base64.hpp"
#include "base/json_text.hpp"
#include "base/proto_wire.hpp"
#include "base/rfc3339.hpp"

namespace serai {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::CodedInputStream;
using wire::WireFormatLite;

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

// One occurrence of a field. A packed list is one occurrence.
struct Item {
  const FieldDescriptor* field = nullptr;
  std::uint64_t bits = 0;  // a scalar, as encoded
  std::string_view bytes;  // text, bytes, a message, a packed list
  std::uint32_t at = 0;    // index among the occurrences in its message
  bool packed = false;
};

bool read_scalar(CodedInputStream& in, WireFormatLite::WireType type, std::uint64_t& bits) {
  if (type == WireFormatLite::WIRETYPE_VARINT) return in.ReadVarint64(&bits);
  if (type == WireFormatLite::WIRETYPE_FIXED64) return in.ReadLittleEndian64(&bits);
  std::uint32_t half = 0;
  const bool read = in.ReadLittleEndian32(&half);
  bits = half;
  return read;
}

// Reads the value of an occurrence. `in` reads the bytes of `message`.
bool read_value(CodedInputStream& in,
                WireFormatLite::WireType type,
                std::string_view message,
                Item& item) {
  if (type != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) return read_scalar(in, type, item.bits);
  std::uint32_t length = 0;
  if (!in.ReadVarint32(&length)) return false;
  const auto from = static_cast<std::size_t>(in.CurrentPosition());
  if (length > message.size() - from || !in.Skip(static_cast<int>(length))) return false;
  item.bytes = message.substr(from, length);
  return true;
}

std::int32_t as_int32(const FieldDescriptor& field, std::uint64_t bits) {
  const auto half = static_cast<std::uint32_t>(bits);
  return field.type() == FieldDescriptor::TYPE_SINT32 ? WireFormatLite::ZigZagDecode32(half)
                                                      : static_cast<std::int32_t>(half);
}

std::int64_t as_int64(const FieldDescriptor& field, std::uint64_t bits) {
  return field.type() == FieldDescriptor::TYPE_SINT64 ? WireFormatLite::ZigZagDecode64(bits)
                                                      : static_cast<std::int64_t>(bits);
}

// True when the value is the default, which is left out unless the field has presence.
bool is_default(const Item& item) {
  switch (item.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return false;
    case FieldDescriptor::CPPTYPE_STRING:
      return item.bytes.empty();
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_ENUM:
      return static_cast<std::uint32_t>(item.bits) == 0;
    default:
      return item.bits == 0;
  }
}

// Collects the occurrences of the fields of a message and writes its members, in one pass per
// message. When a field occurs more than once, Protobuf's rules apply: the last occurrence of a
// scalar counts, messages are merged (their bytes are joined), and the last field of a oneof
// counts.
class JsonWriter {
 public:
  JsonWriter(std::string& out, int depth) : out_(out), depth_(depth) {}

  // False: the bytes are not a message of this type.
  bool message(const Descriptor& type, std::string_view bytes) {
    if (depth_ > wire::kDepthMax) return false;
    const std::size_t begin = items_.size();
    ++depth_;
    bool read = scan(type, bytes);
    if (read && wire::is_time(type)) {
      time(type, begin);
    } else if (read && wire::is_wrapper(type)) {
      read = value(only(*type.FindFieldByNumber(1), begin, items_.size()));
    } else if (read) {
      read = members(begin);
    }
    --depth_;
    items_.resize(begin);
    return read;
  }

 private:
  std::pmr::vector<Item>::iterator at(std::size_t index) {
    return items_.begin() + static_cast<std::ptrdiff_t>(index);
  }

  bool scan(const Descriptor& type, std::string_view bytes) {
    const std::size_t begin = items_.size();
    CodedInputStream in = wire::reader(bytes);
    bool in_order = true;
    while (const std::uint32_t tag = in.ReadTag()) {
      const auto wire_type = WireFormatLite::GetTagWireType(tag);
      const int number = WireFormatLite::GetTagFieldNumber(tag);
      if (number == 0) return false;
      Item item;
      item.field = type.FindFieldByNumber(number);
      if (item.field == nullptr || !expects(item, wire_type)) {
        if (!WireFormatLite::SkipField(&in, tag)) return false;
        continue;
      }
      item.at = static_cast<std::uint32_t>(items_.size() - begin);
      if (!read_value(in, wire_type, bytes, item)) return false;
      in_order = in_order && (item.at == 0 || items_.back().field->index() <= item.field->index());
      items_.push_back(item);
    }
    if (!in.ConsumedEntireMessage()) return false;
    if (!in_order) sort_from(begin);
    return true;
  }

  // Brings the items of a message into the order of its fields. Occurrences of one field keep their
  // order.
  void sort_from(std::size_t begin) {
    std::sort(at(begin), items_.end(), [](const Item& a, const Item& b) {
      return std::pair(a.field->index(), a.at) < std::pair(b.field->index(), b.at);
    });
  }

  // True when the field can have this wire type. A list may be packed or not. A value of any other
  // wire type is skipped, as an unknown field.
  static bool expects(Item& item, WireFormatLite::WireType type) {
    if (item.field->type() == FieldDescriptor::TYPE_GROUP) return false;
    if (type == wire::type_of(*item.field)) return true;
    item.packed = type == WireFormatLite::WIRETYPE_LENGTH_DELIMITED && item.field->is_packable();
    return item.packed;
  }

  bool members(std::size_t begin) {
    const std::size_t end = items_.size();
    out_ += '{';
    bool first = true;
    for (std::size_t next = 0; begin < end; begin = next) {
      const FieldDescriptor& field = *items_[begin].field;
      const auto* choice = field.real_containing_oneof();
      next = begin + 1;
      // The fields of a oneof are declared next to each other.
      while (next < end &&
             (items_[next].field == &field ||
              (choice != nullptr && items_[next].field->real_containing_oneof() == choice))) {
        ++next;
      }
      if (!member(begin, next, first)) return false;
    }
    out_ += '}';
    return true;
  }

  // Writes the occurrences [begin, end) of one field or one oneof.
  bool member(std::size_t begin, std::size_t end, bool& first) {
    const FieldDescriptor& field = *items_[begin].field;
    if (field.is_map()) {
      name(field, first);
      return map(begin, end);
    }
    if (field.is_repeated()) {
      const bool empty = std::all_of(
          at(begin), at(end), [](const Item& item) { return item.packed && item.bytes.empty(); });
      if (empty) return true;
      name(field, first);
      return list(begin, end);
    }
    if (field.real_containing_oneof() != nullptr) return choice(begin, end, first);
    if (!field.has_presence() && is_default(items_[end - 1])) return true;
    name(field, first);
    return singular(begin, end);
  }

  void name(const FieldDescriptor& field, bool& first) {
    if (!std::exchange(first, false)) out_ += ',';
    out_ += '"';
    out_ += field.name();
    out_ += "\":";
  }

  // Writes the field of a oneof that was given last. Its occurrences are merged from the last other
  // field of the oneof on, because that field has cleared the earlier ones.
  bool choice(std::size_t begin, std::size_t end, bool& first) {
    std::size_t last = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (items_[i].at > items_[last].at) last = i;
    }
    const FieldDescriptor* chosen = items_[last].field;
    std::uint32_t since = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (items_[i].field != chosen) since = std::max(since, items_[i].at);
    }
    std::size_t from = last;
    while (from > begin && items_[from - 1].field == chosen && items_[from - 1].at >= since) --from;
    name(*chosen, first);
    return singular(from, last + 1);
  }

  bool singular(std::size_t begin, std::size_t end) {
    const Item last = items_[end - 1];
    if (end == begin + 1 || last.field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return value(last);
    }
    std::string merged;
    for (std::size_t i = begin; i < end; ++i) merged += items_[i].bytes;
    return message(*last.field->message_type(), merged);
  }

  // Returns the last occurrence of a field, or its default. For messages that are not written as
  // objects: times, wrappers and map entries.
  Item only(const FieldDescriptor& field, std::size_t begin, std::size_t end) const {
    for (std::size_t i = end; i > begin; --i) {
      if (items_[i - 1].field == &field) return items_[i - 1];
    }
    Item absent;
    absent.field = &field;
    return absent;
  }

  bool list(std::size_t begin, std::size_t end) {
    out_ += '[';
    bool first = true;
    for (std::size_t i = begin; i < end; ++i) {
      const Item item = items_[i];
      if (item.packed ? !unpack(item, first) : !element(item, first)) return false;
    }
    out_ += ']';
    return true;
  }

  bool element(const Item& item, bool& first) {
    if (!std::exchange(first, false)) out_ += ',';
    return value(item);
  }

  bool unpack(const Item& packed, bool& first) {
    CodedInputStream in = wire::reader(packed.bytes);
    Item item;
    item.field = packed.field;
    while (static_cast<std::size_t>(in.CurrentPosition()) < packed.bytes.size()) {
      if (!read_scalar(in, wire::type_of(*item.field), item.bits)) return false;
      element(item, first);
    }
    return true;
  }

  bool map(std::size_t begin, std::size_t end) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (std::size_t i = begin; i < end; ++i) {
      auto& [key, value] = entries.emplace_back();
      if (!entry(*items_[i].field->message_type(), items_[i].bytes, key, value)) return false;
    }
    // Sort the entries by key: Protobuf writes them in hash order, so equal messages would give
    // different texts. When a key occurs twice, the last value counts.
    std::ranges::stable_sort(entries, {}, &std::pair<std::string, std::string>::first);
    out_ += '{';
    bool first = true;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i + 1 < entries.size() && entries[i + 1].first == entries[i].first) continue;
      if (!std::exchange(first, false)) out_ += ',';
      out_ += entries[i].first;
      out_ += ':';
      out_ += entries[i].second;
    }
    out_ += '}';
    return true;
  }

  bool entry(const Descriptor& type, std::string_view bytes, std::string& key, std::string& text) {
    JsonWriter keys(key, depth_ + 1);
    JsonWriter values(text, depth_ + 1);
    if (!keys.scan(type, bytes) || !values.scan(type, bytes)) return false;
    keys.value(keys.only(*type.map_key(), 0, keys.items_.size()));
    if (key.front() != '"') key = '"' + key + '"';
    return values.value(values.only(*type.map_value(), 0, values.items_.size()));
  }

  void time(const Descriptor& type, std::size_t begin) {
    const Item seconds = only(*type.FindFieldByNumber(1), begin, items_.size());
    const Item nanos = only(*type.FindFieldByNumber(2), begin, items_.size());
    out_ += '"';
    append_rfc3339({as_int64(*seconds.field, seconds.bits), as_int32(*nanos.field, nanos.bits)},
                   out_);
    out_ += '"';
  }

  // NOLINTNEXTLINE(readability-function-cognitive-complexity): one line a type
  bool value(const Item& item) {
    const FieldDescriptor& field = *item.field;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_ENUM:
        append_number(as_int32(field, item.bits), out_);
        return true;
      case FieldDescriptor::CPPTYPE_UINT32:
        append_number(static_cast<std::uint32_t>(item.bits), out_);
        return true;
      case FieldDescriptor::CPPTYPE_INT64:
        append_quoted_number(as_int64(field, item.bits), out_);
        return true;
      case FieldDescriptor::CPPTYPE_UINT64:
        append_quoted_number(item.bits, out_);
        return true;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        append_real(std::bit_cast<double>(item.bits), out_);
        return true;
      case FieldDescriptor::CPPTYPE_FLOAT:
        append_real(std::bit_cast<float>(static_cast<std::uint32_t>(item.bits)), out_);
        return true;
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ += item.bits != 0 ? "true" : "false";
        return true;
      case FieldDescriptor::CPPTYPE_STRING:
        text(item);
        return true;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return message(*field.message_type(), item.bytes);
    }
    return false;
  }

  void text(const Item& item) {
    if (item.field->type() != FieldDescriptor::TYPE_BYTES) {
      return append_json_string(item.bytes, out_);
    }
    out_ += '"';
    append_base64(item.bytes, out_);
    out_ += '"';
  }

  std::string& out_;
  int depth_;
  std::array<std::byte, 1536> first_block_;
  std::pmr::monotonic_buffer_resource pool_{first_block_.data(), first_block_.size()};
  std::pmr::vector<Item> items_{&pool_};  // a stack: the items of outer messages come first
};

}  // namespace

Result<> wire_to_json(std::string_view wire,
                      const google::protobuf::Descriptor& type,
                      std::string& out) {
  if (wire.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
      JsonWriter(out, 0).message(type, wire)) {
    return success();
  }
  return Error{Errc::invalid_argument, "the bytes are not a " + type.full_name()};
}

void append_json(const google::protobuf::Message& message, std::string& out) {
  static_cast<void>(
      wire_to_json(message.SerializePartialAsString(), *message.GetDescriptor(), out));
}

}  // namespace serai
