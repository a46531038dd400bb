#include "abi/module_states.hpp"

#include <utility>

#include "abi/module_calls.hpp"
#include "abi/sink.hpp"

namespace serai::abi {
namespace {

std::uint32_t number(int kind) { return static_cast<std::uint32_t>(kind); }

// The error of a failed call. A module that returns SERAI_OK without an entity has failed too.
Error refused(serai_status status, std::string why, std::string thrown) {
  if (!thrown.empty()) return {Errc::internal, std::move(thrown)};
  if (status == SERAI_OK) return {Errc::internal, "returned success and no entity"};
  return {static_cast<Errc>(status), std::move(why)};
}

}  // namespace

Result<serai_entity*> ModuleStates::create(int kind, std::string_view key) const {
  serai_entity* state = nullptr;
  std::string thrown;
  const serai_status status = guarded(code_, thrown, [&] {
    return code_.entry->entity_create(
        code_.instance, number(kind), {key.data(), key.size()}, &state);
  });
  if (status == SERAI_OK && state != nullptr) return state;
  return refused(status, {}, std::move(thrown));
}

Result<serai_entity*> ModuleStates::import(int kind,
                                           std::string_view key,
                                           std::uint32_t schema,
                                           std::string_view bytes) const {
  const serai_state stored{
      sizeof(serai_state), schema, {key.data(), key.size()}, {bytes.data(), bytes.size()}};
  serai_entity* state = nullptr;
  std::string why;
  std::string thrown;
  LentSink sink(why);
  const serai_status status = guarded(code_, thrown, [&] {
    return code_.entry->entity_import(code_.instance, number(kind), &stored, &state, sink.get());
  });
  if (status == SERAI_OK && state != nullptr) return state;
  return refused(status, std::move(why), std::move(thrown));
}

Result<std::string> ModuleStates::write(int kind,
                                        const serai_entity* state,
                                        std::uint32_t schema,
                                        std::uint32_t purpose) const {
  const serai_export request{sizeof(serai_export), schema, purpose, 0};
  std::string bytes;
  std::string thrown;
  LentSink sink(bytes);
  const serai_status status = guarded(code_, thrown, [&] {
    return code_.entry->entity_export(code_.instance, number(kind), state, &request, sink.get());
  });
  if (status == SERAI_OK) return bytes;
  return refused(status, {}, std::move(thrown));
}

void ModuleStates::destroy(int kind, serai_entity* state) const {
  log_exceptions(code_, "entity_destroy", [&] {
    code_.entry->entity_destroy(code_.instance, number(kind), state);
  });
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

}  // namespace serai::abi
