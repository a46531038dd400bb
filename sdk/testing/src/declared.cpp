#include "declared.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace serai::testing {
namespace {

using Json = nlohmann::json;
namespace pb = google::protobuf;

DeclaredKind read_kind(const Json& from) {
  DeclaredKind kind;
  kind.name = from.at("name");
  kind.state = from.value("state", "");
  kind.schema = from.value("schema", 1U);
  const auto reads = from.value("reads", std::vector{kind.schema, kind.schema});
  kind.reads_min = reads.at(0);
  kind.reads_max = reads.at(1);
  kind.writes = from.value("writes", std::vector{kind.schema});
  kind.match = from.value("match", false);
  kind.players_max = from.value("players_max", 0U);
  kind.tick_hz = from.value("tick_hz", 0U);
  return kind;
}

DeclaredHandler read_handler(const Json& from) {
  DeclaredHandler handler;
  handler.name = from.at("name");
  handler.on = from.at("on");
  handler.kind = from.value("kind", "");
  handler.key = from.value("key", "");
  handler.request = from.value("request", "");
  handler.reply = from.value("reply", "");
  handler.op = from.value("op", std::int64_t{0});
  handler.client = from.value("client", false);
  handler.creates = from.value("creates", false);
  if (from.contains("retries")) handler.retries = from.at("retries").get<std::uint32_t>();
  return handler;
}

}  // namespace

bool DeclaredKind::can_write(std::uint32_t number) const {
  return std::find(writes.begin(), writes.end(), number) != writes.end();
}

Declared Declared::read(std::string_view manifest) {
  const Json from = Json::parse(manifest);
  Declared declared;
  declared.name = from.at("name");
  declared.version = from.at("version");
  for (const Json& kind : from.value("kinds", Json::array())) {
    declared.kinds.push_back(read_kind(kind));
  }
  for (const Json& handler : from.value("handlers", Json::array())) {
    declared.handlers.push_back(read_handler(handler));
  }
  for (const Json& event : from.value("events", Json::array())) {
    declared.events[event.at("op")] = event.at("name");
  }
  for (const Json& setting : from.value("config", Json::array())) {
    declared.settings.insert(setting.at("key"));
  }
  return declared;
}

struct Messages::Pool {
  pb::DescriptorPool descriptors;
  mutable pb::DynamicMessageFactory factory{&descriptors};
  bool known = false;

  // A message of this type parsed from bytes, or null.
  std::unique_ptr<pb::Message> make(const std::string& name, std::string_view bytes) const {
    const pb::Descriptor* type = descriptors.FindMessageTypeByName(name);
    if (type == nullptr) return nullptr;
    std::unique_ptr<pb::Message> message(factory.GetPrototype(type)->New());
    if (!message->ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size())))
      return nullptr;
    return message;
  }
};

Messages::Messages(std::string_view descriptor_set) : pool_(std::make_unique<Pool>()) {
  if (descriptor_set.empty()) return;
  pb::FileDescriptorSet files;
  if (!files.ParseFromArray(descriptor_set.data(), static_cast<int>(descriptor_set.size()))) {
    throw std::runtime_error("the contract is no FileDescriptorSet");
  }
  for (const auto& file : files.file()) {
    if (pool_->descriptors.BuildFile(file) == nullptr) {
      throw std::runtime_error("the contract does not build: " + file.name());
    }
  }
  pool_->known = true;
}

Messages::~Messages() = default;

bool Messages::known() const { return pool_->known; }

Outcome Messages::to_wire(const std::string& message, std::string_view json) const {
  const auto made = pool_->make(message, {});
  if (!made) return {Status::internal, "no descriptor of " + message, {}};
  const auto read = pb::util::JsonStringToMessage({json.data(), json.size()}, made.get());
  if (!read.ok()) return {Status::invalid_argument, read.ToString(), {}};
  return {Status::ok, {}, made->SerializeAsString()};
}

Outcome Messages::to_json(const std::string& message, std::string_view bytes) const {
  const auto made = pool_->make(message, bytes);
  if (!made) return {Status::internal, "no " + message + " in these bytes", {}};
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto written = pb::util::MessageToJsonString(*made, &json, options);
  if (!written.ok()) return {Status::internal, written.ToString(), {}};
  return {Status::ok, {}, std::move(json)};
}

std::string Messages::field(const std::string& message,
                            const std::string& name,
                            std::string_view bytes) const {
  const auto made = pool_->make(message, bytes);
  const auto* field = made ? made->GetDescriptor()->FindFieldByName(name) : nullptr;
  if (field == nullptr || field->is_repeated()) return {};
  const pb::Reflection& reflection = *made->GetReflection();
  switch (field->cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(*made, field);
    case pb::FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(reflection.GetInt64(*made, field));
    case pb::FieldDescriptor::CPPTYPE_UINT64:
      return std::to_string(reflection.GetUInt64(*made, field));
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(reflection.GetInt32(*made, field));
    case pb::FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(reflection.GetUInt32(*made, field));
    default:
      return {};
  }
}

bool Messages::same(const std::string& message,
                    std::string_view left,
                    std::string_view right) const {
  if (left == right) return true;
  const auto one = pool_->make(message, left);
  const auto other = pool_->make(message, right);
  if (!one || !other) return false;
  one->DiscardUnknownFields();
  other->DiscardUnknownFields();
  return pb::util::MessageDifferencer::Equals(*one, *other);
}

}  // namespace serai::testing
