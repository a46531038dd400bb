#include "loading/descriptors.hpp"

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/field_comparator.h>
#include <google/protobuf/util/message_differencer.h>

#include <array>
#include <limits>
#include <map>

namespace serai::loading {
namespace {

namespace pb = google::protobuf;

// Stores the pool's first error, for the error text.
class Complaints final : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& filename,
                const std::string& element,
                const pb::Message* /*descriptor*/,
                ErrorLocation /*location*/,
                const std::string& message) override {
    if (text.empty()) text = filename + ": " + element + ": " + message;
  }
  std::string text;
};

bool parse(std::string_view wire, pb::Message& out) {
  return wire.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
         out.ParsePartialFromArray(wire.data(), static_cast<int>(wire.size()));
}

bool has_one(const pb::Descriptor& type, int number, pb::FieldDescriptor::Type of) {
  const pb::FieldDescriptor* field = type.FindFieldByNumber(number);
  return field != nullptr && field->type() == of && !field->is_repeated();
}

// Some of Google's messages have a JSON form of their own, which Protobuf chooses by the message's
// name. It then reads and writes fixed fields. False for a message of such a name without these
// fields.
bool is_as_named(const pb::Descriptor& type) {
  using Field = pb::FieldDescriptor;
  static constexpr std::array kWrapped{Field::TYPE_DOUBLE,
                                       Field::TYPE_FLOAT,
                                       Field::TYPE_INT64,
                                       Field::TYPE_UINT64,
                                       Field::TYPE_INT32,
                                       Field::TYPE_UINT32,
                                       Field::TYPE_STRING,
                                       Field::TYPE_BYTES,
                                       Field::TYPE_BOOL};
  const auto known = type.well_known_type();
  if (known == pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP) {
    return type.field_count() == 2 && has_one(type, 1, Field::TYPE_INT64) &&
           has_one(type, 2, Field::TYPE_INT32);
  }
  if (known < pb::Descriptor::WELLKNOWNTYPE_DOUBLEVALUE ||
      known > pb::Descriptor::WELLKNOWNTYPE_BOOLVALUE) {
    return true;
  }
  const auto wrapped = static_cast<std::size_t>(known - pb::Descriptor::WELLKNOWNTYPE_DOUBLEVALUE);
  return type.field_count() == 1 && has_one(type, 1, kWrapped.at(wrapped));
}

// Ignores fields that the other version lacks or has with another type.
class CommonFields final : public pb::util::MessageDifferencer::IgnoreCriteria {
 public:
  explicit CommonFields(const Descriptors& other) : other_(other) {}

  bool IsIgnored(
      const pb::Message& /*a*/,
      const pb::Message& /*b*/,
      const pb::FieldDescriptor* field,
      const std::vector<pb::util::MessageDifferencer::SpecificField>& /*path*/) override {
    const pb::Descriptor* there = other_.find(field->containing_type()->full_name());
    if (there == nullptr) return true;
    const pb::FieldDescriptor* same = there->FindFieldByNumber(field->number());
    return same == nullptr || same->type() != field->type() ||
           same->is_repeated() != field->is_repeated();
  }

 private:
  const Descriptors& other_;
};

}  // namespace

struct Descriptors::Pool {
  pb::DescriptorPool pool;
  pb::DynamicMessageFactory factory{&pool};
  std::vector<const pb::FileDescriptor*> files;
  std::map<std::string, const pb::Message*, std::less<>> messages;  // fixed after make()

  // Adds the message and its nested messages. Returns the first one that does not have the fields
  // of its well-known name; null: all have them.
  const pb::Descriptor* add(const pb::Descriptor& message) {
    if (!is_as_named(message)) return &message;
    messages.emplace(message.full_name(), factory.GetPrototype(&message));
    const pb::Descriptor* misnamed = nullptr;
    for (int i = 0; i < message.nested_type_count() && misnamed == nullptr; ++i) {
      misnamed = add(*message.nested_type(i));
    }
    return misnamed;
  }
};

Descriptors::Descriptors(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Descriptors::~Descriptors() = default;

Result<std::unique_ptr<Descriptors>> Descriptors::make(std::string_view file_descriptor_set) {
  const pb::LogSilencer silence;  // errors are returned, not written to standard error
  pb::FileDescriptorSet files;
  if (!parse(file_descriptor_set, files)) {
    return {Errc::invalid_argument, "the section is not a FileDescriptorSet"};
  }
  auto pool = std::make_unique<Pool>();
  for (const pb::FileDescriptorProto& file : files.file()) {
    Complaints complaints;
    const pb::FileDescriptor* built = pool->pool.BuildFileCollectingErrors(file, &complaints);
    if (built == nullptr) {
      return {Errc::invalid_argument,
              complaints.text + " (make the set with protoc --include_imports)"};
    }
    pool->files.push_back(built);
    for (int i = 0; i < built->message_type_count(); ++i) {
      if (const pb::Descriptor* misnamed = pool->add(*built->message_type(i))) {
        return {Errc::invalid_argument,
                file.name() + ": " + misnamed->full_name() +
                    " lacks the fields of Google's message of that name (use Google's .proto, or "
                    "another name)"};
      }
    }
  }
  return std::unique_ptr<Descriptors>(new Descriptors(std::move(pool)));
}

const pb::Message* Descriptors::prototype(std::string_view message) const {
  const auto found = pool_->messages.find(message);
  return found == pool_->messages.end() ? nullptr : found->second;
}

const pb::Descriptor* Descriptors::find(std::string_view message) const {
  const pb::Message* found = prototype(message);
  return found == nullptr ? nullptr : found->GetDescriptor();
}

std::vector<const pb::FileDescriptor*> Descriptors::files() const { return pool_->files; }

bool Descriptors::parses(std::string_view message, std::string_view wire) const {
  const pb::Message* type = prototype(message);
  if (type == nullptr) return false;
  pb::Arena arena;  // frees the message's parts at once
  return parse(wire, *type->New(&arena));
}

std::string difference(const Descriptors& mine,
                       const Descriptors& other,
                       std::string_view message,
                       std::string_view before,
                       std::string_view after) {
  if (before == after) return {};  // the usual case; comparing field by field is slow
  const pb::Message* type = mine.prototype(message);
  if (type == nullptr) return "the bytes differ";
  const std::unique_ptr<pb::Message> a(type->New());
  const std::unique_ptr<pb::Message> b(type->New());
  if (!parse(before, *a)) return "the state before is not a " + std::string(message);
  if (!parse(after, *b)) return "the state after is not a " + std::string(message);
  a->DiscardUnknownFields();
  b->DiscardUnknownFields();

  pb::util::DefaultFieldComparator numbers;
  numbers.set_treat_nan_as_equal(true);
  pb::util::MessageDifferencer differencer;
  differencer.set_field_comparator(&numbers);
  differencer.AddIgnoreCriteria(new CommonFields(other));  // the differencer owns it
  std::string report;
  differencer.ReportDifferencesToString(&report);
  if (differencer.Compare(*a, *b)) return {};
  return report.empty() ? "the states differ" : report.substr(0, report.find('\n'));
}

}  // namespace serai::loading
