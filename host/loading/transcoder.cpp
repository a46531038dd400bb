#include "loading/transcoder.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>
#include <google/protobuf/wire_format_lite.h>

#include <limits>

#include "base/proto_json_read.hpp"
#include "base/proto_json_write.hpp"

namespace serai::loading {
namespace {

namespace pb = google::protobuf;
using pb::internal::WireFormatLite;

// Finds one scalar field of an encoded message, and skips the other fields. Routing by key needs no
// more.
class FieldScan {
 public:
  FieldScan(const pb::FieldDescriptor& field, std::string_view wire)
      : field_(field),
        in_(reinterpret_cast<const std::uint8_t*>(wire.data()), static_cast<int>(wire.size())) {}

  // The field's last value as text, because in Protobuf the last one counts; empty: it is unset.
  std::string last() {
    std::string found;
    while (const std::uint32_t tag = in_.ReadTag()) {
      const bool read = WireFormatLite::GetTagFieldNumber(tag) == field_.number()
                            ? take(tag, found)
                            : WireFormatLite::SkipField(&in_, tag);
      if (!read) return {};
    }
    return found;
  }

 private:
  bool take(std::uint32_t tag, std::string& out) {
    const auto expected =
        WireFormatLite::WireTypeForFieldType(static_cast<WireFormatLite::FieldType>(field_.type()));
    if (WireFormatLite::GetTagWireType(tag) != expected) {
      return WireFormatLite::SkipField(&in_, tag);
    }
    switch (field_.type()) {
      case pb::FieldDescriptor::TYPE_STRING:
      case pb::FieldDescriptor::TYPE_BYTES:
        return WireFormatLite::ReadString(&in_, &out);
      case pb::FieldDescriptor::TYPE_INT64:
      case pb::FieldDescriptor::TYPE_INT32:
      case pb::FieldDescriptor::TYPE_ENUM:
        return varint<std::int64_t>(out, false);
      case pb::FieldDescriptor::TYPE_UINT64:
      case pb::FieldDescriptor::TYPE_UINT32:
      case pb::FieldDescriptor::TYPE_BOOL:
        return varint<std::uint64_t>(out, false);
      case pb::FieldDescriptor::TYPE_SINT64:
      case pb::FieldDescriptor::TYPE_SINT32:
        return varint<std::int64_t>(out, true);
      case pb::FieldDescriptor::TYPE_FIXED64:
      case pb::FieldDescriptor::TYPE_SFIXED64:
        return fixed64(out);
      case pb::FieldDescriptor::TYPE_FIXED32:
      case pb::FieldDescriptor::TYPE_SFIXED32:
        return fixed32(out);
      default:
        return WireFormatLite::SkipField(&in_, tag);  // keys are never fractions or messages
    }
  }

  template <class T>
  bool varint(std::string& out, bool zigzag) {
    std::uint64_t raw = 0;
    if (!in_.ReadVarint64(&raw)) return false;
    out = zigzag ? std::to_string(WireFormatLite::ZigZagDecode64(raw))
                 : std::to_string(static_cast<T>(raw));
    return true;
  }
  bool fixed64(std::string& out) {
    std::uint64_t raw = 0;
    if (!in_.ReadLittleEndian64(&raw)) return false;
    out = field_.type() == pb::FieldDescriptor::TYPE_SFIXED64
              ? std::to_string(static_cast<std::int64_t>(raw))
              : std::to_string(raw);
    return true;
  }
  bool fixed32(std::string& out) {
    std::uint32_t raw = 0;
    if (!in_.ReadLittleEndian32(&raw)) return false;
    out = field_.type() == pb::FieldDescriptor::TYPE_SFIXED32
              ? std::to_string(static_cast<std::int32_t>(raw))
              : std::to_string(raw);
    return true;
  }

  const pb::FieldDescriptor& field_;
  pb::io::CodedInputStream in_;
};

Error unknown_message(std::string_view message) {
  return {Errc::internal, "the module's contract has no message " + std::string(message)};
}

class ModuleTranscoder final : public abi::Transcoder {
 public:
  explicit ModuleTranscoder(std::shared_ptr<const Descriptors> descriptors)
      : descriptors_(std::move(descriptors)) {}

  Result<std::string> to_wire(std::string_view message, std::string_view json) const override {
    const pb::Descriptor* type = descriptors_->find(message);
    if (type == nullptr) return unknown_message(message);
    return json_to_wire(json, UnknownFields::refuse, *type);
  }

  Result<std::string> to_json(std::string_view message, std::string_view wire) const override {
    const pb::Descriptor* type = descriptors_->find(message);
    if (type == nullptr) return unknown_message(message);
    std::string json;
    if (const Result<> written = wire_to_json(wire, *type, json); !written) return written.error();
    return json;
  }

  std::string field(std::string_view message,
                    std::string_view field_name,
                    std::string_view wire) const override {
    const pb::Descriptor* type = descriptors_->find(message);
    if (type == nullptr ||
        wire.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
      return {};
    }
    const pb::FieldDescriptor* field = type->FindFieldByName(std::string(field_name));
    if (field == nullptr || field->is_repeated()) return {};
    return FieldScan(*field, wire).last();
  }

 private:
  std::shared_ptr<const Descriptors> descriptors_;
};

}  // namespace

std::unique_ptr<abi::Transcoder> make_transcoder(std::shared_ptr<const Descriptors> descriptors) {
  return std::make_unique<ModuleTranscoder>(std::move(descriptors));
}

}  // namespace serai::loading
