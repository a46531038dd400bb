#include "rehearsal/probe_side.hpp"

#include <utility>

#include "abi/host_table.hpp"
#include "abi/module_calls.hpp"
#include "abi/thread_role.hpp"
#include "base/file_io.hpp"
#include "loading/library.hpp"
#include "loading/loader.hpp"
#include "loading/verify.hpp"

namespace serai::rehearsal {
namespace {

// The error of a module's function, in the form of a rehearsal's report.
Error failed(const char* function, const Error& error) {
  const bool threw = error.detail.starts_with("threw") || error.detail.starts_with("returned");
  const std::string status = "returned status " + std::to_string(static_cast<int>(error.code));
  const std::string why = error.detail.empty() ? status : status + ": " + error.detail;
  return {Errc::failed_precondition, std::string(function) + " " + (threw ? error.detail : why)};
}

}  // namespace

void ProbeSide::Drop::operator()(serai_entity* entity) const {
  const abi::ActForShards for_shards;
  side->states_.destroy(kind, entity);
}

Result<std::unique_ptr<ProbeSide>> ProbeSide::open(const std::filesystem::path& file) {
  Result<std::string> bytes = read_file(file, kModuleBytesMax);
  if (!bytes) return bytes.error();
  Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
  if (!module) return module.error();
  auto library =
      loading::SharedLibrary::open(file, module->build_id, nullptr, module->contract.stays_mapped);
  if (!library) return library.error();
  const serai_module& entry = *(*library)->entry();
  auto code = loading::open_module(
      *module, *std::move(library), entry, {0, {}, {abi::host_table(), nullptr, {}}});
  if (!code) return code.error();
  return std::unique_ptr<ProbeSide>(
      new ProbeSide(*std::move(code), std::move(module->descriptors)));
}

Result<> ProbeSide::self_test() const {
  Result<> tested = states_.self_test();
  return tested ? tested : Result<>(failed("self_test()", tested.error()));
}

Result<ProbeSide::Entity> ProbeSide::create(int kind, std::string_view key) const {
  const abi::ActForShards for_shards;
  Result<serai_entity*> made = states_.create(kind, key);
  if (!made) return failed("entity_create()", made.error());
  return Entity(*made, Drop{this, kind});
}

Result<ProbeSide::Entity> ProbeSide::import_state(int kind,
                                                  std::string_view key,
                                                  std::uint32_t schema,
                                                  std::string_view bytes) const {
  const abi::ActForShards for_shards;
  Result<serai_entity*> imported = states_.import(kind, key, schema, bytes);
  if (!imported) return failed("entity_import()", imported.error());
  return Entity(*imported, Drop{this, kind});
}

Result<std::string> ProbeSide::export_state(int kind,
                                            const Entity& entity,
                                            std::uint32_t schema) const {
  const abi::ActForShards for_shards;
  Result<std::string> bytes = states_.write(kind, entity.get(), schema, SERAI_FOR_SWAP);
  if (!bytes) return failed("entity_export()", bytes.error());
  const std::string& message = this->kind(kind).state;
  if (!message.empty() && !descriptors_->parses(message, *bytes)) {
    return {Errc::failed_precondition,
            "entity_export() wrote bytes that are not a " + message + " (schema " +
                std::to_string(schema) + ")"};
  }
  return bytes;
}

serai_status ProbeSide::handle(const Entity& entity,
                               const serai_message& message,
                               serai_call& call) const {
  const abi::ActForShards for_shards;
  const abi::EnterCall entered(&call);
  serai_frame* frame = nullptr;
  std::string thrown;
  const serai_status status = guarded(*code_, thrown, [&] {
    return code_->entry->handle(code_->instance, entity.get(), &call, &message, &frame);
  });
  if (status == SERAI_PENDING && frame != nullptr) {
    log_exceptions(*code_, "cancel", [&] { code_->entry->cancel(code_->instance, frame); });
  }
  return call.judged(status, std::move(thrown));
}

}  // namespace serai::rehearsal
