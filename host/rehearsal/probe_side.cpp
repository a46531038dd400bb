#include "rehearsal/probe_side.hpp"

#include <exception>

#include "base/file_io.hpp"
#include "loading/loader.hpp"
#include "loading/verify.hpp"
#include "rehearsal/probe_host.hpp"

namespace serai::rehearsal {
namespace {

serai_str view(std::string_view text) { return {text.data(), text.size()}; }

// Runs module code; what it throws becomes the reason.
template <class F>
Result<> guarded(const char* what, F&& call, const ProbeSink& why) {
  serai_status status = SERAI_OK;
  try {
    status = call();
  } catch (const std::exception& thrown) {
    return {Errc::failed_precondition, std::string(what) + " threw: " + thrown.what()};
  } catch (...) {
    return {Errc::failed_precondition, std::string(what) + " threw"};
  }
  if (status == SERAI_OK) return success();
  return {Errc::failed_precondition,
          std::string(what) + " returned status " + std::to_string(status) +
              (why.bytes.empty() ? "" : ": " + why.bytes)};
}

// For functions that give things back: what they throw is no reason to stay with the version that
// runs. The serving host logs it when it happens there.
template <class F>
void whatever_it_throws(F&& call) noexcept {
  try {
    call();
  } catch (...) {
    return;
  }
}

}  // namespace

void ProbeSide::Drop::operator()(serai_entity* entity) const {
  whatever_it_throws([&] { side->entry_->entity_destroy(side->instance_, kind, entity); });
}

Result<std::unique_ptr<ProbeSide>> ProbeSide::open(const std::filesystem::path& file) {
  std::unique_ptr<ProbeSide> side(new ProbeSide());
  Result<std::string> bytes = read_file(file, kModuleBytesMax);
  if (!bytes) return bytes.error();
  Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
  if (!module) return module.error();
  Result<std::unique_ptr<loading::Descriptors>> descriptors =
      loading::Descriptors::make(module->descriptor_set);
  if (!descriptors) return descriptors.error();
  side->contract_ = std::move(module->contract);
  side->descriptors_ = *std::move(descriptors);
  auto library =
      loading::SharedLibrary::open(file, module->build_id, nullptr, side->contract_.stays_mapped);
  if (!library) return library.error();
  side->library_ = *std::move(library);
  const serai_module& entry = *side->library_->entry();
  if (Result<> checked = loading::check_entry(entry, module->manifest); !checked)
    return checked.error();
  ProbeSink why;
  serai_instance* instance = nullptr;
  Result<> opened = guarded(
      "open()", [&] { return entry.open(&probe_host(), &instance); }, why);
  if (!opened) return opened.error();
  side->entry_ = &entry;
  side->instance_ = instance;
  return side;
}

ProbeSide::~ProbeSide() {
  if (entry_ == nullptr || instance_ == nullptr) return;
  whatever_it_throws([&] { entry_->close(instance_); });
}

int ProbeSide::kind_index(std::string_view kind) const {
  for (std::size_t i = 0; i < contract_.kinds.size(); ++i) {
    if (contract_.kinds[i].name == kind) return static_cast<int>(i);
  }
  return -1;
}

Result<> ProbeSide::self_test() const {
  ProbeSink why;
  return guarded(
      "self_test()", [&] { return entry_->self_test(instance_, why.handle()); }, why);
}

Result<ProbeSide::Entity> ProbeSide::create(int kind, std::string_view key) const {
  const auto index = static_cast<std::uint32_t>(kind);
  ProbeSink why;
  serai_entity* entity = nullptr;
  Result<> made = guarded(
      "entity_create()",
      [&] { return entry_->entity_create(instance_, index, view(key), &entity); },
      why);
  if (!made) return made.error();
  return Entity(entity, Drop{this, index});
}

Result<ProbeSide::Entity> ProbeSide::import_state(int kind,
                                                  std::string_view key,
                                                  std::uint32_t schema,
                                                  std::string_view bytes) const {
  const auto index = static_cast<std::uint32_t>(kind);
  serai_state state{};
  state.struct_size = sizeof(state);
  state.schema = schema;
  state.key = view(key);
  state.bytes = {bytes.data(), bytes.size()};
  ProbeSink why;
  serai_entity* entity = nullptr;
  Result<> imported = guarded(
      "entity_import()",
      [&] { return entry_->entity_import(instance_, index, &state, &entity, why.handle()); },
      why);
  if (!imported) return imported.error();
  if (entity == nullptr) {
    return {Errc::failed_precondition, "entity_import() returned success and no entity"};
  }
  return Entity(entity, Drop{this, index});
}

Result<std::string> ProbeSide::export_state(int kind,
                                            const Entity& entity,
                                            std::uint32_t schema) const {
  const auto index = static_cast<std::uint32_t>(kind);
  serai_export request{};
  request.struct_size = sizeof(request);
  request.schema = schema;
  request.purpose = SERAI_FOR_SWAP;
  ProbeSink out;
  Result<> exported = guarded(
      "entity_export()",
      [&] { return entry_->entity_export(instance_, index, entity.get(), &request, out.handle()); },
      ProbeSink{});
  if (!exported) return exported.error();
  const std::string& message = this->kind(kind).state;
  if (!message.empty() && !descriptors_->parses(message, out.bytes)) {
    return {Errc::failed_precondition,
            "entity_export() wrote bytes that are not a " + message + " (schema " +
                std::to_string(schema) + ")"};
  }
  return std::move(out.bytes);
}

serai_status ProbeSide::handle(const Entity& entity,
                               const serai_message& message,
                               ProbeCall& call) const {
  serai_frame* frame = nullptr;
  entered_probe_call() = &call;
  serai_status status = SERAI_INTERNAL;
  try {
    status = entry_->handle(instance_, entity.get(), call.handle(), &message, &frame);
  } catch (const std::exception& thrown) {
    call.error_text = std::string("threw: ") + thrown.what();
  } catch (...) {
    call.error_text = "threw";
  }
  entered_probe_call() = nullptr;
  if (status == SERAI_PENDING && frame != nullptr) {
    whatever_it_throws([&] { entry_->cancel(instance_, frame); });
  }
  return status;
}

}  // namespace serai::rehearsal
