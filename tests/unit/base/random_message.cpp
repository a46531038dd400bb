#include "unit/base/random_message.hpp"

#include <google/protobuf/descriptor.h>

#include <array>
#include <limits>
#include <string>

namespace serai::testing {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool chance(Random& random, unsigned percent) { return random() % 100 < percent; }

std::string random_text(Random& random) {
  static constexpr std::array<const char*, 12> kPieces{
      "a", "Z9", "\"", "\\", "\n", "\x01", "\x7f", "é", "…", "😀", "{}", "some longer text "};
  std::string text;
  for (auto count = random() % 6; count > 0; --count) text += kPieces[random() % kPieces.size()];
  return text;
}

std::string random_bytes(Random& random) {
  std::string bytes(random() % 20, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::int64_t random_int(Random& random) {
  switch (random() % 4) {
    case 0:
      return static_cast<std::int64_t>(random() % 20) - 10;
    case 1:
      return std::numeric_limits<std::int64_t>::min();
    case 2:
      return std::numeric_limits<std::int64_t>::max();
    default:
      return static_cast<std::int64_t>(random());
  }
}

double random_real(Random& random) {
  return chance(random, 30) ? static_cast<double>(random() % 100)
                            : std::ldexp(static_cast<double>(random_int(random)),
                                         static_cast<int>(random() % 200) - 100);
}

void fill_time(Message& message, Random& random) {
  const Descriptor& type = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  const auto seconds = static_cast<std::int64_t>(random() % 315'000'000'000) - 62'000'000'000;
  static constexpr std::array<int, 4> kNanos{0, 250'000'000, 1'000, 123'456'789};
  reflection.SetInt64(&message, type.FindFieldByNumber(1), seconds);
  reflection.SetInt32(&message, type.FindFieldByNumber(2), kNanos[random() % kNanos.size()]);
}

class Filler {
 public:
  Filler(Message& message, Random& random, int depth)
      : message_(message), reflection_(*message.GetReflection()), random_(random), depth_(depth) {}

  void fill() {
    const Descriptor& type = *message_.GetDescriptor();
    if (type.well_known_type() == Descriptor::WELLKNOWNTYPE_TIMESTAMP) {
      return fill_time(message_, random_);
    }
    for (int i = 0; i < type.field_count(); ++i) field(*type.field(i));
  }

 private:
  void field(const FieldDescriptor& field) {
    const bool nested = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (nested && depth_ <= 0) return;
    if (field.is_map()) return map(field);
    if (field.is_repeated()) {
      for (auto count = random_() % 3; count > 0; --count) add(field);
    } else if (chance(random_, nested ? 40 : 70)) {
      set(field);
    }
  }

  // Keys are numbered, so that they differ.
  void map(const FieldDescriptor& field) {
    const int count = static_cast<int>(random_() % 3);
    for (int i = 0; i < count; ++i) {
      Message& entry = *reflection_.AddMessage(&message_, &field);
      Filler filler(entry, random_, depth_ - 1);
      filler.set(*field.message_type()->map_value());
      const FieldDescriptor& key = *field.message_type()->map_key();
      if (key.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        entry.GetReflection()->SetString(&entry, &key, random_text(random_) + std::to_string(i));
      } else if (key.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
        entry.GetReflection()->SetBool(&entry, &key, i == 1);
      } else if (key.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
        entry.GetReflection()->SetInt32(&entry, &key, -i);
      }
    }
  }

  void add(const FieldDescriptor& field) {
    const std::int64_t number = random_int(random_);
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection_.AddInt32(&message_, &field, static_cast<std::int32_t>(number));
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection_.AddUInt32(&message_, &field, static_cast<std::uint32_t>(number));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection_.AddInt64(&message_, &field, number);
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection_.AddUInt64(&message_, &field, static_cast<std::uint64_t>(number));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection_.AddDouble(&message_, &field, random_real(random_));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return reflection_.AddFloat(&message_, &field, static_cast<float>(random_() % 1000) / 8);
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection_.AddBool(&message_, &field, chance(random_, 50));
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection_.AddString(&message_, &field, text_for(field));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Filler(*reflection_.AddMessage(&message_, &field), random_, depth_ - 1).fill();
      default:
        return;  // no sample type has a list of enums
    }
  }

  void set(const FieldDescriptor& field) {
    const std::int64_t number = random_int(random_);
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection_.SetInt32(&message_, &field, static_cast<std::int32_t>(number));
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection_.SetUInt32(&message_, &field, static_cast<std::uint32_t>(number));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection_.SetInt64(&message_, &field, number);
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection_.SetUInt64(&message_, &field, static_cast<std::uint64_t>(number));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection_.SetDouble(&message_, &field, random_real(random_));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return reflection_.SetFloat(&message_, &field, static_cast<float>(random_() % 1000) / 8);
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection_.SetBool(&message_, &field, chance(random_, 50));
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection_.SetEnumValue(&message_, &field, static_cast<int>(random_() % 6));
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection_.SetString(&message_, &field, text_for(field));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Filler(*reflection_.MutableMessage(&message_, &field), random_, depth_ - 1).fill();
    }
  }

  std::string text_for(const FieldDescriptor& field) {
    return field.type() == FieldDescriptor::TYPE_BYTES ? random_bytes(random_)
                                                       : random_text(random_);
  }

  Message& message_;
  const Reflection& reflection_;
  Random& random_;
  int depth_;
};

}  // namespace

void fill_random(google::protobuf::Message& message, Random& random, int depth_max) {
  Filler(message, random, depth_max).fill();
}

}  // namespace serai::testing
