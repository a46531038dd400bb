#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <memory_resource>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/base64.hpp"
#include "base/json_number.hpp"
#include "base/proto_json.hpp"
#include "base/rfc3339.hpp"

namespace serai {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Number = JsonNumber;

constexpr int kDepthMax = 100;

bool is_time(const Descriptor& type) {
  return type.well_known_type() == Descriptor::WELLKNOWNTYPE_TIMESTAMP;
}

bool is_wrapper(const Descriptor& type) {
  const auto known = type.well_known_type();
  return known >= Descriptor::WELLKNOWNTYPE_DOUBLEVALUE &&
         known <= Descriptor::WELLKNOWNTYPE_BOOLVALUE;
}

// Where a value goes: a field, or one more element of a repeated field.
struct Slot {
  Message* message;
  const FieldDescriptor* field;
  bool append;

  const Reflection& reflection() const { return *message->GetReflection(); }
  Message& child() const {
    return append ? *reflection().AddMessage(message, field)
                  : *reflection().MutableMessage(message, field);
  }
};

void set_int32(const Slot& s, std::int32_t value) {
  s.append ? s.reflection().AddInt32(s.message, s.field, value)
           : s.reflection().SetInt32(s.message, s.field, value);
}
void set_int64(const Slot& s, std::int64_t value) {
  s.append ? s.reflection().AddInt64(s.message, s.field, value)
           : s.reflection().SetInt64(s.message, s.field, value);
}
void set_uint32(const Slot& s, std::uint32_t value) {
  s.append ? s.reflection().AddUInt32(s.message, s.field, value)
           : s.reflection().SetUInt32(s.message, s.field, value);
}
void set_uint64(const Slot& s, std::uint64_t value) {
  s.append ? s.reflection().AddUInt64(s.message, s.field, value)
           : s.reflection().SetUInt64(s.message, s.field, value);
}
void set_double(const Slot& s, double value) {
  s.append ? s.reflection().AddDouble(s.message, s.field, value)
           : s.reflection().SetDouble(s.message, s.field, value);
}
void set_float(const Slot& s, float value) {
  s.append ? s.reflection().AddFloat(s.message, s.field, value)
           : s.reflection().SetFloat(s.message, s.field, value);
}
void set_bool(const Slot& s, bool value) {
  s.append ? s.reflection().AddBool(s.message, s.field, value)
           : s.reflection().SetBool(s.message, s.field, value);
}
void set_enum(const Slot& s, int value) {
  s.append ? s.reflection().AddEnumValue(s.message, s.field, value)
           : s.reflection().SetEnumValue(s.message, s.field, value);
}
void set_text(const Slot& s, std::string value) {
  s.append ? s.reflection().AddString(s.message, s.field, std::move(value))
           : s.reflection().SetString(s.message, s.field, std::move(value));
}

// Takes the parser's events and builds the message, without a tree in between.
//
// Fields are looked up in the descriptor itself. A cache beside it would outlive the descriptors of
// an unloaded module and answer for the next one loaded at the same address.
class Reader {
 public:
  using json = nlohmann::json;

  Reader(UnknownFields unknown, Message& root) : unknown_(unknown), root_(root) {
    frames_.reserve(8);
  }

  Error take_error() && { return {Errc::invalid_argument, std::move(failure_)}; }

  bool null() {
    if (skip_scalar()) return true;
    if (!started_) return refuse("expected an object, got null");
    if (top().shape != Shape::object) return refuse("null inside a list or map");
    return true;  // absent
  }
  bool boolean(bool value) {
    if (skip_scalar()) return true;
    const auto slot = scalar_slot();
    if (!slot) return false;
    if (slot->field->cpp_type() != FieldDescriptor::CPPTYPE_BOOL) return refuse_type(*slot->field);
    set_bool(*slot, value);
    return value_done();
  }
  bool number_integer(json::number_integer_t value) { return on_number(Number(value)); }
  bool number_unsigned(json::number_unsigned_t value) { return on_number(Number(value)); }
  bool number_float(json::number_float_t value, const json::string_t&) {
    return on_number(Number(value));
  }
  bool string(json::string_t& text) {
    if (skip_scalar()) return true;
    const auto slot = scalar_slot();
    if (!slot) return false;
    return put_text(*slot, text) && value_done();
  }
  bool binary(json::binary_t&) { return refuse("binary value"); }

  bool start_object(std::size_t) {
    if (++depth_ > kDepthMax) return refuse("nested too deep");
    if (skip_depth_ > 0 || skip_next_) return skip_start();
    if (!started_) {
      started_ = true;
      push_object(root_);
      return true;
    }
    const auto slot = open_slot();
    if (!slot) return false;
    if (slot->field->is_map() && !slot->append) {
      push(Frame(Shape::map, slot->message, slot->field));
      return true;
    }
    if (slot->field->is_repeated() && !slot->append) return refuse("expected a list");
    if (!takes_object(*slot->field)) return refuse_type(*slot->field);
    push_object(slot->child());
    return true;
  }
  bool key(json::string_t& name) {
    if (skip_depth_ > 0) return true;
    return top().shape == Shape::map ? map_key(name) : member_key(name);
  }
  bool end_object() { return end_container(); }

  bool start_array(std::size_t) {
    if (++depth_ > kDepthMax) return refuse("nested too deep");
    if (skip_depth_ > 0 || skip_next_) return skip_start();
    if (!started_) return refuse("expected an object, got a list");
    const auto slot = open_slot();
    if (!slot) return false;
    const FieldDescriptor& field = *slot->field;
    if (slot->append || !field.is_repeated() || field.is_map()) return refuse("unexpected list");
    push(Frame(Shape::list, slot->message, &field));
    return true;
  }
  bool end_array() { return end_container(); }

  template <class Exception>
  bool parse_error(std::size_t position, const std::string&, const Exception&) {
    failure_ = "broken JSON near byte " + std::to_string(position);
    return false;
  }

 private:
  enum class Shape { object, list, map };

  struct Frame {
    Shape shape;
    Message* message;
    const FieldDescriptor* field = nullptr;                 // object: the member being read
    std::uint64_t* seen = nullptr;                          // object: a bit per field
    Message* entry = nullptr;                               // map: the pair being read
    std::size_t count = 0;                                  // list: elements read
    std::unique_ptr<std::unordered_set<std::string>> keys;  // map: keys read
    std::string map_key;

    Frame(Shape frame_shape, Message* frame_message, const FieldDescriptor* frame_field = nullptr)
        : shape(frame_shape), message(frame_message), field(frame_field) {}
  };

  Frame& top() { return frames_.back(); }
  void push(Frame frame) { frames_.push_back(std::move(frame)); }

  void push_object(Message& message) {
    const auto words = static_cast<std::size_t>(message.GetDescriptor()->field_count()) / 64 + 1;
    auto* seen = static_cast<std::uint64_t*>(
        pool_.allocate(words * sizeof(std::uint64_t), alignof(std::uint64_t)));
    std::fill_n(seen, words, 0);
    Frame frame(Shape::object, &message);
    frame.seen = seen;
    push(std::move(frame));
  }

  // --- what is not read -----------------------------------------------------------------------
  bool skip_scalar() {
    if (skip_depth_ > 0) return true;
    return std::exchange(skip_next_, false);
  }
  bool skip_start() {
    skip_next_ = false;
    ++skip_depth_;
    return true;
  }
  bool end_container() {
    --depth_;
    if (skip_depth_ > 0) {
      --skip_depth_;
      return true;
    }
    frames_.pop_back();
    return frames_.empty() || value_done();
  }

  // --- members --------------------------------------------------------------------------------
  bool member_key(const std::string& name) {
    Frame& frame = top();
    const Descriptor& type = *frame.message->GetDescriptor();
    const FieldDescriptor* field = type.FindFieldByName(name);
    if (field == nullptr) field = type.FindFieldByCamelcaseName(name);
    frame.field = field;
    if (field == nullptr) {
      skip_next_ = true;
      return unknown_ == UnknownFields::ignore || refuse("unknown member \"" + name + '"');
    }
    const auto index = static_cast<std::size_t>(field->index());
    std::uint64_t& word = frame.seen[index / 64];
    const std::uint64_t bit = std::uint64_t{1} << (index % 64);
    if ((word & bit) != 0) return refuse("given twice");
    word |= bit;
    return true;
  }

  bool map_key(const std::string& text) {
    Frame& frame = top();
    frame.map_key = text;
    if (!frame.keys) frame.keys = std::make_unique<std::unordered_set<std::string>>();
    if (!frame.keys->insert(text).second) return refuse("given twice");
    frame.entry = frame.message->GetReflection()->AddMessage(frame.message, frame.field);
    const Slot slot{frame.entry, frame.field->message_type()->map_key(), false};
    if (slot.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      if (text != "true" && text != "false") return refuse("expected true or false as a key");
      set_bool(slot, text == "true");
      return true;
    }
    return put_text(slot, text);
  }

  // Where the value that begins now belongs.
  std::optional<Slot> open_slot() {
    Frame& frame = top();
    switch (frame.shape) {
      case Shape::list:
        return Slot{frame.message, frame.field, true};
      case Shape::map:
        return Slot{frame.entry, frame.field->message_type()->map_value(), false};
      case Shape::object:
        break;
    }
    const auto* choice = frame.field->real_containing_oneof();
    if (choice != nullptr && frame.message->GetReflection()->HasOneof(*frame.message, choice)) {
      refuse("only one of " + choice->name() + " may be given");
      return std::nullopt;
    }
    return Slot{frame.message, frame.field, false};
  }

  // The same for a value without members: looks through wrapper messages.
  std::optional<Slot> scalar_slot() {
    if (!started_) {
      refuse("expected an object");
      return std::nullopt;
    }
    auto slot = open_slot();
    if (!slot) return slot;
    const FieldDescriptor& field = *slot->field;
    if (field.is_repeated() && !slot->append) {
      refuse(field.is_map() ? "expected an object" : "expected a list");
      return std::nullopt;
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && is_wrapper(*field.message_type())) {
      return Slot{&slot->child(), field.message_type()->FindFieldByNumber(1), false};
    }
    return slot;
  }

  static bool takes_object(const FieldDescriptor& field) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
           !is_wrapper(*field.message_type()) && !is_time(*field.message_type());
  }

  bool value_done() {
    if (top().shape == Shape::list) ++top().count;
    return true;
  }

  // --- values ---------------------------------------------------------------------------------
  bool on_number(const Number& number) {
    if (skip_scalar()) return true;
    const auto slot = scalar_slot();
    if (!slot) return false;
    return put_number(*slot, number) && value_done();
  }

  template <class Integer>
  bool put_integer(const Slot& slot, const Number& number, void (*set)(const Slot&, Integer)) {
    const auto value = to_integer<Integer>(number);
    if (!value) return refuse("not a whole number in range");
    set(slot, *value);
    return true;
  }

  bool put_number(const Slot& slot, const Number& number) {
    switch (slot.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return put_integer(slot, number, set_int32);
      case FieldDescriptor::CPPTYPE_UINT32:
        return put_integer(slot, number, set_uint32);
      case FieldDescriptor::CPPTYPE_INT64:
        return put_integer(slot, number, set_int64);
      case FieldDescriptor::CPPTYPE_UINT64:
        return put_integer(slot, number, set_uint64);
      case FieldDescriptor::CPPTYPE_ENUM:
        return put_integer<int>(slot, number, set_enum);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        set_double(slot, to_real(number));
        return true;
      case FieldDescriptor::CPPTYPE_FLOAT:
        return put_float(slot, to_real(number));
      default:
        return refuse_type(*slot.field);
    }
  }

  bool put_float(const Slot& slot, double value) {
    if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()) {
      return refuse("number out of range");
    }
    set_float(slot, static_cast<float>(value));
    return true;
  }

  bool put_text(const Slot& slot, const std::string& text) {
    const FieldDescriptor& field = *slot.field;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (field.type() == FieldDescriptor::TYPE_BYTES) return put_bytes(slot, text);
        set_text(slot, text);
        return true;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return put_time(slot, text);
      case FieldDescriptor::CPPTYPE_BOOL:
        return refuse_type(field);
      case FieldDescriptor::CPPTYPE_ENUM:
        return put_enum_name(slot, text);
      default:
        return put_number_text(slot, text);
    }
  }

  bool put_bytes(const Slot& slot, const std::string& text) {
    auto bytes = decode_base64(text);
    if (!bytes) return refuse("expected base64");
    set_text(slot, std::move(*bytes));
    return true;
  }

  bool put_time(const Slot& slot, const std::string& text) {
    const Descriptor& type = *slot.field->message_type();
    if (!is_time(type)) return refuse_type(*slot.field);
    const auto time = parse_rfc3339(text);
    if (!time) return refuse("expected a time such as 2024-05-01T10:00:00Z");
    Message& child = slot.child();
    set_int64({&child, type.FindFieldByNumber(1), false}, time->seconds);
    set_int32({&child, type.FindFieldByNumber(2), false}, time->nanos);
    return true;
  }

  bool put_enum_name(const Slot& slot, const std::string& text) {
    const EnumValueDescriptor* value = slot.field->enum_type()->FindValueByName(text);
    if (value == nullptr) return refuse("unknown name \"" + text + '"');
    set_enum(slot, value->number());
    return true;
  }

  bool put_number_text(const Slot& slot, const std::string& text) {
    const auto type = slot.field->cpp_type();
    if (type == FieldDescriptor::CPPTYPE_DOUBLE || type == FieldDescriptor::CPPTYPE_FLOAT) {
      if (const auto special = parse_json_special(text)) return put_number(slot, Number(*special));
    }
    const auto number = parse_json_number(text);
    return number ? put_number(slot, *number) : refuse("expected a number");
  }

  // --- refusals -------------------------------------------------------------------------------
  bool refuse_type(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return refuse("expected a text");
      case FieldDescriptor::CPPTYPE_BOOL:
        return refuse("expected true or false");
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return refuse("expected an object");
      default:
        return refuse("expected a number");
    }
  }

  bool refuse(const std::string& why) {
    for (const Frame& frame : frames_) {
      if (frame.shape == Shape::object && frame.field != nullptr) {
        if (!failure_.empty()) failure_ += '.';
        failure_ += frame.field->name();
      } else if (frame.shape == Shape::list) {
        failure_ += '[' + std::to_string(frame.count) + ']';
      } else if (frame.shape == Shape::map) {
        failure_ += "[\"" + frame.map_key + "\"]";
      }
    }
    failure_ += failure_.empty() ? why : ": " + why;
    return false;
  }

  UnknownFields unknown_;
  Message& root_;
  std::array<std::byte, 1536> first_block_;
  std::pmr::monotonic_buffer_resource pool_{first_block_.data(), first_block_.size()};
  std::pmr::vector<Frame> frames_{&pool_};
  std::string failure_;
  int depth_ = 0;
  int skip_depth_ = 0;
  bool skip_next_ = false;
  bool started_ = false;
};

}  // namespace

Result<> read_json(std::string_view json, UnknownFields unknown, google::protobuf::Message& out) {
  Reader reader(unknown, out);
  if (nlohmann::json::sax_parse(json.data(), json.data() + json.size(), &reader)) return success();
  return std::move(reader).take_error();
}

}  // namespace serai
