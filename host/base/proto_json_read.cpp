#include "base/proto_json_read.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <bit>
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
#include "base/json_limits.hpp"
#include "base/json_number.hpp"
#include "base/keyed_hash.hpp"
#include "base/proto_wire.hpp"
#include "base/rfc3339.hpp"

namespace serai {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;
using wire::WireFormatLite;
using Number = JsonNumber;
using MapKeys = std::unordered_set<std::string, KeyedTextHash>;

// The place where a value is written.
struct Slot {
  const FieldDescriptor* field;
  bool always;  // a zero is written too: elements, parts of a map entry, fields with presence
  bool bare;    // an element of a packed list, which has no tag
};

// Receives the parser's events and writes the bytes of the message, without a tree in between.
//
// Fields are looked up in the descriptor itself. A cache would outlive the descriptors of an
// unloaded module, and would be wrong for the next module loaded at the same address.
class JsonReader {
 public:
  using json = nlohmann::json;

  JsonReader(UnknownFields unknown, const Descriptor& root) : unknown_(unknown), root_(root) {
    frames_.reserve(8);
  }

  std::string take_wire() && { return std::move(out_).take(); }
  Error take_error() && { return {Errc::invalid_argument, std::move(failure_)}; }

  bool null() {
    if (!count_value()) return false;
    if (skip_scalar()) return true;
    if (!started_) return refuse("expected an object, got null");
    if (top().shape != Shape::object) return refuse("null inside a list or map");
    return true;  // null means absent
  }
  bool boolean(bool value) {
    if (!count_value()) return false;
    if (skip_scalar()) return true;
    const auto slot = scalar_slot();
    if (!slot) return false;
    if (slot->field->cpp_type() != FieldDescriptor::CPPTYPE_BOOL) return refuse_type(*slot->field);
    put_scalar(*slot, value ? 1 : 0);
    return value_done();
  }
  // The parser calls this only for numbers with a minus sign. So a zero is -0, which is no integer.
  bool number_integer(json::number_integer_t value) {
    return on_number(value == 0 ? Number(-0.0) : Number(value));
  }
  bool number_unsigned(json::number_unsigned_t value) { return on_number(Number(value)); }
  bool number_float(json::number_float_t value, const json::string_t&) {
    return on_number(Number(value));
  }
  bool string(json::string_t& text) {
    if (!count_value()) return false;
    if (skip_scalar()) return true;
    const auto slot = scalar_slot();
    if (!slot) return false;
    return put_text(*slot, text) && value_done();
  }
  bool binary(json::binary_t&) { return refuse("binary value"); }

  bool start_object(std::size_t) {
    if (!count_value()) return false;
    if (++depth_ > wire::kDepthMax) return refuse("nested too deep");
    if (skip_depth_ > 0 || skip_next_) return skip_start();
    if (!started_) {
      started_ = true;
      push_object(root_, 0);
      return true;
    }
    const auto slot = open_slot();
    if (!slot) return false;
    const FieldDescriptor& field = *slot->field;
    if (field.is_map()) {
      push(Frame(Shape::map, nullptr, &field));
      return true;
    }
    if (field.is_repeated() && !in_list()) return refuse("expected a list");
    if (!takes_object(field)) return refuse_type(field);
    push_object(*field.message_type(), open(field));
    return true;
  }
  bool key(json::string_t& name) {
    if (skip_depth_ > 0) return true;
    return top().shape == Shape::map ? map_key(name) : member_key(name);
  }
  bool end_object() {
    if (skip_depth_ == 0) {
      const Frame& frame = top();
      if (frame.disordered) out_.sort_fields(frame.begin);
      if (frame.begin != 0) out_.close(frame.begin);
    }
    return end_container();
  }

  bool start_array(std::size_t) {
    if (!count_value()) return false;
    if (++depth_ > wire::kDepthMax) return refuse("nested too deep");
    if (skip_depth_ > 0 || skip_next_) return skip_start();
    if (!started_) return refuse("expected an object, got a list");
    const auto slot = open_slot();
    if (!slot) return false;
    const FieldDescriptor& field = *slot->field;
    if (in_list() || !field.is_repeated() || field.is_map()) return refuse("unexpected list");
    Frame frame(Shape::list, nullptr, &field);
    if (field.is_packed()) {
      frame.before = out_.size();
      frame.begin = open(field);
    }
    push(std::move(frame));
    return true;
  }
  bool end_array() {
    if (skip_depth_ == 0 && top().begin != 0) {
      if (top().count == 0) {
        out_.cut(top().before);
      } else {
        out_.close(top().begin);
      }
    }
    return end_container();
  }

  template <class Exception>
  bool parse_error(std::size_t position, const std::string&, const Exception&) {
    failure_ = "broken JSON near byte " + std::to_string(position);
    return false;
  }

 private:
  enum class Shape { object, list, map };

  struct Frame {
    Shape shape;
    const Descriptor* type;                  // object: its message type
    const FieldDescriptor* field = nullptr;  // object: the member being read
    std::size_t begin = 0;                   // object, packed list: where its bytes begin
    std::size_t before = 0;                  // packed list: where its tag begins
    int last_number = 0;                     // object: number of the field written last
    bool disordered = false;                 // object: fields are not in order
    std::uint64_t* seen = nullptr;           // object: one bit for each field and oneof
    std::size_t entry = 0;                   // map: where the bytes of the entry begin
    std::size_t count = 0;                   // list: elements read
    std::unique_ptr<MapKeys> keys;           // map: keys read
    std::string map_key;

    Frame(Shape frame_shape, const Descriptor* frame_type, const FieldDescriptor* frame_field)
        : shape(frame_shape), type(frame_type), field(frame_field) {}
  };

  Frame& top() { return frames_.back(); }
  void push(Frame frame) { frames_.push_back(std::move(frame)); }

  bool in_list() { return top().shape == Shape::list; }

  void push_object(const Descriptor& type, std::size_t begin) {
    const int bits = type.field_count() + type.oneof_decl_count();
    const std::size_t words = static_cast<std::size_t>(bits) / 64 + 1;
    auto* seen = static_cast<std::uint64_t*>(
        pool_.allocate(words * sizeof(std::uint64_t), alignof(std::uint64_t)));
    std::fill_n(seen, words, 0);
    Frame frame(Shape::object, &type, nullptr);
    frame.begin = begin;
    frame.seen = seen;
    push(std::move(frame));
  }

  // Sets a bit of `seen`. False: it was set before.
  static bool see(Frame& frame, int bit) {
    std::uint64_t& word = frame.seen[bit / 64];
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    const bool fresh = (word & mask) == 0;
    word |= mask;
    return fresh;
  }

  bool count_value() {
    return ++values_ <= kJsonValuesMax || refuse_more(kJsonValuesMax, "values");
  }

  // --- ignored values -------------------------------------------------------------------------
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
    const FieldDescriptor* field = frame.type->FindFieldByName(name);
    if (field == nullptr) field = frame.type->FindFieldByCamelcaseName(name);
    frame.field = field;
    if (field == nullptr) {
      skip_next_ = true;
      return unknown_ == UnknownFields::ignore || refuse("unknown member \"" + name + '"');
    }
    return see(frame, field->index()) || refuse("given twice");
  }

  bool map_key(const std::string& text) {
    Frame& frame = top();
    frame.map_key = text;
    if (!frame.keys) frame.keys = std::make_unique<MapKeys>();
    if (frame.keys->size() == kJsonMapNamesMax) return refuse_more(kJsonMapNamesMax, "names");
    if (!frame.keys->insert(text).second) return refuse("given twice");
    frame.entry = open(*frame.field);
    const Slot slot{frame.field->message_type()->map_key(), true, false};
    if (slot.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      if (text != "true" && text != "false") return refuse("expected true or false as a key");
      put_scalar(slot, text == "true" ? 1 : 0);
      return true;
    }
    return put_text(slot, text);
  }

  // Returns the place of the value that begins now.
  std::optional<Slot> open_slot() {
    Frame& frame = top();
    switch (frame.shape) {
      case Shape::list:
        return Slot{frame.field, true, frame.begin != 0};
      case Shape::map:
        return Slot{frame.field->message_type()->map_value(), true, false};
      case Shape::object:
        break;
    }
    const OneofDescriptor* choice = frame.field->real_containing_oneof();
    if (choice != nullptr && !see(frame, frame.type->field_count() + choice->index())) {
      refuse("only one of " + choice->name() + " may be given");
      return std::nullopt;
    }
    frame.disordered = frame.disordered || frame.field->number() < frame.last_number;
    frame.last_number = frame.field->number();
    return Slot{frame.field, frame.field->has_presence(), false};
  }

  // The same for a scalar. A wrapper message is opened, and the place is that of its field.
  std::optional<Slot> scalar_slot() {
    if (!started_) {
      refuse("expected an object");
      return std::nullopt;
    }
    auto slot = open_slot();
    if (!slot) return slot;
    const FieldDescriptor& field = *slot->field;
    if (field.is_repeated() && !in_list()) {
      refuse(field.is_map() ? "expected an object" : "expected a list");
      return std::nullopt;
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        wire::is_wrapper(*field.message_type())) {
      wrapper_ = open(field);
      return Slot{field.message_type()->FindFieldByNumber(1), false, false};
    }
    return slot;
  }

  // Begins a length-delimited field. Returns where its bytes begin, which is never 0.
  std::size_t open(const FieldDescriptor& field) {
    out_.tag(field.number(), WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    return out_.open();
  }

  static bool takes_object(const FieldDescriptor& field) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
           !wire::is_wrapper(*field.message_type()) && !wire::is_time(*field.message_type());
  }

  bool value_done() {
    if (wrapper_ != 0) out_.close(std::exchange(wrapper_, 0));
    if (top().shape == Shape::list) ++top().count;
    if (top().shape == Shape::map) out_.close(top().entry);
    return true;
  }

  // --- values ---------------------------------------------------------------------------------
  bool on_number(const Number& number) {
    if (!count_value()) return false;
    if (skip_scalar()) return true;
    const auto slot = scalar_slot();
    if (!slot) return false;
    return put_number(*slot, number) && value_done();
  }

  void put_scalar(const Slot& slot, std::uint64_t bits) {
    if (bits == 0 && !slot.always) return;
    if (!slot.bare) out_.tag(slot.field->number(), wire::type_of(*slot.field));
    out_.scalar(wire::type_of(*slot.field), bits);
  }

  template <class Integer>
  bool put_integer(const Slot& slot, const Number& number) {
    const auto value = to_integer<Integer>(number);
    if (!value) return refuse("not a whole number in range");
    put_scalar(slot, wire::encoded(*slot.field, *value));
    return true;
  }

  bool put_number(const Slot& slot, const Number& number) {
    switch (slot.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_ENUM:
        return put_integer<std::int32_t>(slot, number);
      case FieldDescriptor::CPPTYPE_UINT32:
        return put_integer<std::uint32_t>(slot, number);
      case FieldDescriptor::CPPTYPE_INT64:
        return put_integer<std::int64_t>(slot, number);
      case FieldDescriptor::CPPTYPE_UINT64:
        return put_integer<std::uint64_t>(slot, number);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        put_scalar(slot, std::bit_cast<std::uint64_t>(to_real(number)));
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
    put_scalar(slot, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
    return true;
  }

  bool put_text(const Slot& slot, const std::string& text) {
    const FieldDescriptor& field = *slot.field;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (field.type() == FieldDescriptor::TYPE_BYTES) return put_bytes(slot, text);
        put_string(slot, text);
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

  void put_string(const Slot& slot, std::string_view text) {
    if (text.empty() && !slot.always) return;
    out_.tag(slot.field->number(), WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    out_.text(text);
  }

  bool put_bytes(const Slot& slot, const std::string& text) {
    const auto bytes = decode_base64(text);
    if (!bytes) return refuse("expected base64");
    put_string(slot, *bytes);
    return true;
  }

  bool put_time(const Slot& slot, const std::string& text) {
    const Descriptor& type = *slot.field->message_type();
    if (!wire::is_time(type)) return refuse_type(*slot.field);
    const auto time = parse_rfc3339(text);
    if (!time) return refuse("expected a time such as 2024-05-01T10:00:00Z");
    const std::size_t begin = open(*slot.field);
    put_scalar({type.FindFieldByNumber(1), false, false},
               static_cast<std::uint64_t>(time->seconds));
    put_scalar({type.FindFieldByNumber(2), false, false}, static_cast<std::uint64_t>(time->nanos));
    out_.close(begin);
    return true;
  }

  bool put_enum_name(const Slot& slot, const std::string& text) {
    const EnumValueDescriptor* value = slot.field->enum_type()->FindValueByName(text);
    if (value == nullptr) return refuse("unknown name \"" + text + '"');
    put_scalar(slot, wire::encoded(*slot.field, std::int32_t{value->number()}));
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

  bool refuse_more(std::size_t than, const char* things) {
    return refuse("more than " + std::to_string(than) + " " + things);
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
  const Descriptor& root_;
  wire::Out out_;
  std::size_t wrapper_ = 0;  // where the bytes of the wrapper being written begin; 0: none
  std::array<std::byte, 1536> first_block_;
  std::pmr::monotonic_buffer_resource pool_{first_block_.data(), first_block_.size()};
  std::pmr::vector<Frame> frames_{&pool_};
  std::string failure_;
  std::size_t values_ = 0;
  int depth_ = 0;
  int skip_depth_ = 0;
  bool skip_next_ = false;
  bool started_ = false;
};

}  // namespace

Result<std::string> json_to_wire(std::string_view json,
                                 UnknownFields unknown,
                                 const google::protobuf::Descriptor& type) {
  JsonReader reader(unknown, type);
  if (nlohmann::json::sax_parse(json.data(), json.data() + json.size(), &reader)) {
    return std::move(reader).take_wire();
  }
  return std::move(reader).take_error();
}

Result<> read_json(std::string_view json, UnknownFields unknown, google::protobuf::Message& out) {
  Result<std::string> wire = json_to_wire(json, unknown, *out.GetDescriptor());
  if (!wire) return std::move(wire).error();
  if (out.ParsePartialFromString(*wire)) return success();
  return Error{Errc::invalid_argument, "the message is too large"};
}

}  // namespace serai
