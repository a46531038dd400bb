#include "module_states.hpp"

#include <utility>

namespace serai::testing {
namespace {

Error refused(serai_status status, std::string why, std::string thrown) {
  const bool known = status > SERAI_OK && status <= SERAI_UNAUTHENTICATED;
  return {known ? static_cast<Errc>(status) : Errc::internal,
          thrown.empty() ? std::move(why) : std::move(thrown)};
}

}  // namespace

void DestroyState::operator()(serai_entity* state) const {
  log_what_throws(
      *code, "entity_destroy", [&] { code->entry->entity_destroy(code->instance, kind, state); });
}

int ModuleStates::find_kind(std::string_view name) const {
  const auto& kinds = code_.contract.kinds;
  const auto found = std::ranges::find(kinds, name, &KindContract::name);
  return found == kinds.end() ? -1 : static_cast<int>(found - kinds.begin());
}

Result<HeldState> ModuleStates::create(int kind, std::string_view key) const {
  const auto number = static_cast<std::uint32_t>(kind);
  serai_entity* state = nullptr;
  std::string thrown;
  const serai_status status = guarded(code_, thrown, [&] {
    return code_.entry->entity_create(code_.instance, number, {key.data(), key.size()}, &state);
  });
  if (status == SERAI_OK && state != nullptr) return HeldState(state, {&code_, number});
  return refused(status, "entity_create failed", std::move(thrown));
}

Result<HeldState> ModuleStates::import(int kind,
                                       std::string_view key,
                                       std::uint32_t schema,
                                       std::string_view bytes) const {
  const auto number = static_cast<std::uint32_t>(kind);
  const serai_state stored{
      sizeof(serai_state), schema, {key.data(), key.size()}, {bytes.data(), bytes.size()}};
  serai_entity* state = nullptr;
  std::string why;
  std::string thrown;
  LentSink sink(why);
  const serai_status status = guarded(code_, thrown, [&] {
    return code_.entry->entity_import(code_.instance, number, &stored, &state, sink.get());
  });
  if (status == SERAI_OK && state != nullptr) return HeldState(state, {&code_, number});
  return refused(status, std::move(why), std::move(thrown));
}

Result<std::string> ModuleStates::write(int kind,
                                        const serai_entity& state,
                                        std::uint32_t schema) const {
  const serai_export request{sizeof(serai_export), schema, SERAI_FOR_SWAP, 0};
  std::string bytes;
  std::string thrown;
  LentSink sink(bytes);
  const serai_status status = guarded(code_, thrown, [&] {
    return code_.entry->entity_export(
        code_.instance, static_cast<std::uint32_t>(kind), &state, &request, sink.get());
  });
  if (status == SERAI_OK) return bytes;
  return refused(status, {}, std::move(thrown));
}

Result<> ModuleStates::self_test() const {
  std::string why;
  std::string thrown;
  LentSink sink(why);
  const serai_status status =
      guarded(code_, thrown, [&] { return code_.entry->self_test(code_.instance, sink.get()); });
  if (status == SERAI_OK) return success();
  return refused(status, std::move(why), std::move(thrown));
}

}  // namespace serai::testing
