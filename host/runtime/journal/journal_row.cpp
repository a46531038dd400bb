#include "runtime/journal/journal_row.hpp"

#include <algorithm>
#include <utility>

namespace serai::runtime {
namespace {

constexpr std::uint64_t kFormat = 1;
constexpr auto kTriggerMax = static_cast<std::uint64_t>(abi::Trigger::timer);

void put_id(WireWriter& out, const Uuid& id) {
  if (id.is_nil()) return out.text({});
  out.text({reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()});
}

// False: the text is no id.
bool take_id(WireReader& in, Uuid& id) {
  const std::string_view text = in.text();
  if (text.empty()) return true;
  std::array<std::uint8_t, 16> bytes{};
  if (text.size() != bytes.size()) return false;
  std::ranges::transform(
      text, bytes.begin(), [](char one) { return static_cast<std::uint8_t>(one); });
  id = Uuid(bytes);
  return true;
}

bool take_config(WireReader& in, abi::ConfigReads& config) {
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    abi::ConfigRead read;
    read.key = in.text();
    if (in.number(1) != 0) read.value = in.text();
    config.push_back(std::move(read));
  }
  return in.ok();
}

// False: the input is damaged.
bool take_input(WireReader& in, std::int64_t first_ms, JournalInput& out) {
  Input& input = out.input;
  out.position = in.number();
  input.trigger = static_cast<abi::Trigger>(in.number(kTriggerMax));
  out.now_ms = static_cast<std::int64_t>(static_cast<std::uint64_t>(first_ms) +
                                         static_cast<std::uint64_t>(in.signed_number()));
  out.tick = in.number();
  input.op_code = in.signed_number();
  out.handler = in.text();
  input.timer = in.text();
  bool are_ids = take_id(in, input.user_id);
  are_ids = take_id(in, input.session_id) && are_ids;
  input.username = in.text();
  input.caller.kind = in.text();
  input.caller.key = in.text();
  input.payload = in.text();
  return take_config(in, out.config) && are_ids;
}

std::vector<EntityId> take_entities(WireReader& in) {
  std::vector<EntityId> entities;
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    std::string kind(in.text());
    entities.push_back({std::move(kind), std::string(in.text())});
  }
  return entities;
}

}  // namespace

void JournalRowWriter::append(const EntityId& id,
                              std::uint64_t position,
                              const Input& input,
                              const abi::ConfigReads& config,
                              std::int64_t now_ms,
                              std::uint64_t tick) {
  if (entities_.empty()) first_ms_ = now_ms;
  const auto [entity, is_new] = index_.try_emplace(id, entities_.size());
  if (is_new) entities_.push_back(id);
  ++count_;
  inputs_.number(entity->second);
  inputs_.number(position);
  inputs_.number(static_cast<std::uint64_t>(input.trigger));
  // Without signed overflow, which a row that was damaged and read could cause.
  inputs_.signed_number(static_cast<std::int64_t>(static_cast<std::uint64_t>(now_ms) -
                                                  static_cast<std::uint64_t>(first_ms_)));
  inputs_.number(tick);
  inputs_.signed_number(input.op_code);
  inputs_.text(input.handler == nullptr ? std::string_view() : *input.handler);
  inputs_.text(input.timer);
  put_id(inputs_, input.user_id);
  put_id(inputs_, input.session_id);
  inputs_.text(input.username);
  inputs_.text(input.caller.kind);
  inputs_.text(input.caller.key);
  inputs_.text(input.payload);
  inputs_.number(config.size());
  for (const abi::ConfigRead& read : config) {
    inputs_.text(read.key);
    inputs_.number(read.value ? 1 : 0);
    if (read.value) inputs_.text(*read.value);
  }
}

std::string JournalRowWriter::take() {
  WireWriter out;
  out.number(kFormat);
  out.signed_number(first_ms_);
  out.number(entities_.size());
  for (const EntityId& id : entities_) {
    out.text(id.kind);
    out.text(id.key);
  }
  out.number(std::exchange(count_, 0));
  index_.clear();
  entities_.clear();
  return out.take() + std::exchange(inputs_, {}).take();
}

Result<> read_journal_row(std::string_view bytes, JournalInputs& inputs) {
  WireReader in(bytes);
  const std::uint64_t format = in.number();
  if (in.ok() && format != kFormat) {
    return {Errc::data_loss,
            "a row of the journal has format " + std::to_string(format) + ", this host reads 1"};
  }
  const std::int64_t first_ms = in.signed_number();
  const std::vector<EntityId> entities = take_entities(in);
  std::vector<std::pair<std::uint64_t, JournalInput>> read;
  bool whole = true;
  for (std::uint64_t left = in.number(); left > 0 && whole; --left) {
    auto& [entity, input] = read.emplace_back();
    entity = in.number();
    whole = take_input(in, first_ms, input) && entity < entities.size();
  }
  if (!whole || !in.ok() || !in.at_end())
    return {Errc::data_loss, "a row of the journal is damaged"};
  for (auto& [entity, input] : read) inputs[entities[entity]].push_back(std::move(input));
  return success();
}

}  // namespace serai::runtime
