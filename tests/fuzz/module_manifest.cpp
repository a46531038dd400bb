// Fuzz target: a module's manifest. The values that are read are those in the text, and consistent.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "abi/contract.hpp"
#include "fuzz/fuzz.hpp"

using Json = nlohmann::json;

namespace {

void check_kind(const serai::abi::KindContract& kind) {
  fuzz_require(kind.reads(kind.schema) && kind.can_write(kind.schema),
               "a kind reads and writes its own schema");
  fuzz_require(kind.reads_min <= kind.reads_max && kind.tick_hz <= 60,
               "numbers are within their limits");
}

// A missing number is read as 0.
void check_op_code(const Json& entry, std::int64_t read) {
  const auto op = entry.find("op");
  fuzz_require(op == entry.end() ? read == 0 : op->dump() == std::to_string(read),
               "an op code is read as it is written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz_text(data, size);
  const auto contract = serai::abi::parse_contract(text);
  if (!contract) return 0;
  const Json manifest = Json::parse(text, nullptr, false);
  fuzz_require(manifest.is_object(), "an accepted manifest is a JSON object");
  for (const serai::abi::KindContract& kind : contract->kinds) check_kind(kind);
  const int kinds = static_cast<int>(contract->kinds.size());
  for (std::size_t i = 0; i < contract->handlers.size(); ++i) {
    const serai::abi::HandlerContract& handler = contract->handlers[i];
    fuzz_require(handler.kind.empty() ? handler.kind_index == -1
                                      : handler.kind_index >= 0 && handler.kind_index < kinds,
                 "a handler's kind is one of the module's");
    check_op_code(manifest["handlers"][i], handler.op_code);
  }
  for (std::size_t i = 0; i < contract->events.size(); ++i) {
    check_op_code(manifest["events"][i], contract->events[i].op_code);
  }
  return 0;
}
