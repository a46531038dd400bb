#include "loading/loader.hpp"

#include <cstddef>

#include "abi/module_calls.hpp"
#include "base/ascii.hpp"
#include "loading/library.hpp"
#include "loading/transcoder.hpp"

namespace serai::loading {
namespace {

// The entry of ABI 1.0: what a later minor appends is not required of older modules.
constexpr std::size_t kEntryBytesMin =
    offsetof(serai_module, self_test) + sizeof(serai_module::self_test);

bool has_all_functions(const serai_module& entry) {
  return entry.open != nullptr && entry.close != nullptr && entry.get_extension != nullptr &&
         entry.entity_create != nullptr && entry.entity_import != nullptr &&
         entry.entity_export != nullptr && entry.entity_destroy != nullptr &&
         entry.handle != nullptr && entry.resume != nullptr && entry.cancel != nullptr &&
         entry.self_test != nullptr;
}

Result<serai_instance*> open_instance(const abi::Generation& code, const serai_module& entry) {
  serai_instance* instance = nullptr;
  std::string thrown;
  const serai_status status =
      guarded(code, thrown, [&] { return entry.open(&code.host.table, &instance); });
  if (!thrown.empty()) return {Errc::failed_precondition, "open() " + thrown};
  if (status != SERAI_OK) {
    return {Errc::failed_precondition, "open() returned status " + std::to_string(status)};
  }
  return instance;
}

// Gives the cached file's name back once its code is gone, or never when the code stayed.
class CachedLibrary final : public abi::Library {
 public:
  CachedLibrary(CachedFile file, const abi::ModuleContract& contract, const LoadRequest& request)
      : file_(std::move(file)),
        reported_{contract.name, contract.version, request.generation, {}, {}},
        stays_mapped_(contract.stays_mapped),
        on_closed_(request.on_closed) {}

  Result<std::int64_t> open(const std::string& build_id) {
    auto library = SharedLibrary::open(
        file_.path(),
        build_id,
        [this](const std::string& holder) { closed(holder); },
        stays_mapped_);
    if (!library) return std::move(library).error();
    library_ = *std::move(library);
    return library_->open_us();
  }
  const serai_module* entry() const { return library_->entry(); }

 private:
  void closed(const std::string& holder) {
    if (!holder.empty()) file_.keep_for_ever();
    reported_.file = file_.path().filename().string();
    reported_.holder = holder;
    if (on_closed_) on_closed_(reported_);
  }

  CachedFile file_;
  ClosedModule reported_;
  bool stays_mapped_;
  decltype(LoadRequest::on_closed) on_closed_;
  std::unique_ptr<SharedLibrary> library_;  // last: closed while the rest still stands
};

}  // namespace

Result<> check_entry(const serai_module& entry, std::string_view manifest) {
  if (entry.magic != SERAI_MAGIC) {
    return {Errc::failed_precondition, "serai_module_entry does not begin with SERAI_MAGIC"};
  }
  if (entry.abi_major != SERAI_ABI_MAJOR || entry.abi_minor > SERAI_ABI_MINOR) {
    return {Errc::failed_precondition,
            "serai_module_entry says ABI " + std::to_string(entry.abi_major) + "." +
                std::to_string(entry.abi_minor)};
  }
  if (entry.struct_size < kEntryBytesMin || !has_all_functions(entry)) {
    return {Errc::failed_precondition,
            "serai_module_entry lacks functions: all of ABI 1.0 are required"};
  }
  if (entry.manifest.data == nullptr ||
      trimmed_end({entry.manifest.data, entry.manifest.size}, kBehindManifest) != manifest) {
    return {Errc::failed_precondition,
            "serai_module_entry.manifest is not the text in .serai.manifest"};
  }
  return success();
}

Result<std::unique_ptr<abi::Generation>> open_module(const VerifiedModule& module,
                                                     std::unique_ptr<abi::Library> library,
                                                     const serai_module& entry,
                                                     const OpenRequest& request) {
  if (Result<> checked = check_entry(entry, module.manifest); !checked) return checked.error();
  // A module without messages gets a transcoder too, without messages.
  Result<std::unique_ptr<Descriptors>> descriptors = Descriptors::make(module.descriptor_set);
  if (!descriptors) return descriptors.error();
  auto generation = std::make_unique<abi::Generation>();
  generation->id = request.generation;
  generation->build_id = module.build_id;
  generation->release = request.release;
  generation->contract = module.contract;
  generation->transcoder = make_transcoder(*std::move(descriptors));
  generation->library = std::move(library);
  generation->give_host(request.host);
  Result<serai_instance*> instance = open_instance(*generation, entry);
  if (!instance) return instance.error();
  generation->entry = &entry;  // from here on ~Generation closes the instance
  generation->instance = *instance;
  return generation;
}

Result<LoadedModule> load_module(const VerifiedModule& module,
                                 CachedFile file,
                                 const LoadRequest& request) {
  auto library = std::make_unique<CachedLibrary>(std::move(file), module.contract, request);
  Result<std::int64_t> mapped = library->open(module.build_id);
  if (!mapped) return mapped.error();
  const serai_module& entry = *library->entry();
  auto generation = open_module(
      module, std::move(library), entry, {request.generation, request.release, *request.host});
  if (!generation) return generation.error();
  return LoadedModule{*std::move(generation), *mapped};
}

}  // namespace serai::loading
