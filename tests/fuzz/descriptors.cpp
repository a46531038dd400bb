// Fuzz target: a module's descriptors and a payload. The input is the size of a FileDescriptorSet
// in two bytes, the set, and the payload. Every set that the host accepts must work in its later
// steps.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/stubs/logging.h>

#include "fuzz/fuzz.hpp"
#include "loading/transcoder.hpp"
#include "release/contract_check.hpp"
#include "release/json_schema.hpp"

using namespace serai;

namespace {

constexpr int kMessagesMax = 8;

void check_message(const abi::Transcoder& transcoder,
                   const std::string& name,
                   std::string_view wire) {
  for (const char* field : {"id", "key"}) static_cast<void>(transcoder.field(name, field, wire));
  const auto json = transcoder.to_json(name, wire);
  if (!json) return;
  const auto again = transcoder.to_wire(name, *json);
  if (!again) return;  // lists with null and equal names can be written as JSON, but not read
  const auto same = transcoder.to_json(name, *again);
  fuzz_require(same.ok() && *same == *json, "a message is read and written the same again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const google::protobuf::LogSilencer silence;
  if (size < 2) return 0;
  const std::string_view rest = fuzz_text(data + 2, size - 2);
  const std::size_t set_bytes = static_cast<std::size_t>(data[0] | data[1] << 8);
  const std::string_view set = rest.substr(0, set_bytes);
  const std::string_view wire = rest.substr(set.size());
  auto descriptors = loading::Descriptors::make(set);
  if (!descriptors) return 0;

  std::vector<std::string> names;
  release::SchemaBook book;
  abi::ModuleContract contract;
  for (const auto* file : (*descriptors)->files()) {
    for (int i = 0; i < file->message_type_count() && i < kMessagesMax; ++i) {
      const auto& message = *file->message_type(i);
      names.push_back(message.full_name());
      book.add(message, release::Direction::sent);
      book.add(message, release::Direction::heard);
      const auto op_code = static_cast<std::int64_t>(contract.events.size());
      contract.events.push_back({op_code, message.name(), message.full_name()});
    }
  }
  static_cast<void>(book.print());
  const release::ModuleFace face{contract, descriptors->get()};
  fuzz_require(breaking_changes(face, face).empty(),
               "a module has no breaking change against itself");
  for (const std::string& name : names) {
    const bool parses = (*descriptors)->parses(name, wire);
    const std::string found = difference(**descriptors, **descriptors, name, wire, wire);
    fuzz_require(!parses || found.empty(), "a state does not differ from itself");
  }
  const auto transcoder = make_transcoder(*std::move(descriptors));
  for (const std::string& name : names) check_message(*transcoder, name, wire);
  return 0;
}
