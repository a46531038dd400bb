#include "loading/loader.hpp"

#include <cstddef>

#include "abi/module_calls.hpp"
#include "base/ascii.hpp"
#include "loading/library.hpp"
#include "loading/transcoder.hpp"

namespace serai::loading {
namespace {

// The size of the entry in ABI 1.0. A later minor version appends functions, which an older module
// need not have.
constexpr std::size_t kEntryBytesMin =
    offsetof(serai_module, self_test) + sizeof(serai_module::self_test);

bool has_all_functions(const serai_module& entry) {
  return entry.open != nullptr && entry.close != nullptr && entry.get_extension != nullptr &&
         entry.entity_create != nullptr && entry.entity_import != nullptr &&
         entry.entity_export != nullptr && entry.entity_destroy != nullptr &&
         entry.handle != nullptr && entry.resume != nullptr && entry.cancel != nullptr &&
         entry.self_test != nullptr;
}

Result<> check_entry(const serai_module& entry) {
  if (entry.magic != SERAI_MAGIC) {
    return {Errc::failed_precondition, "serai_module_entry does not begin with SERAI_MAGIC"};
  }
  if (entry.abi_major != SERAI_ABI_MAJOR || entry.abi_minor > SERAI_ABI_MINOR) {
    return {Errc::failed_precondition,
            "serai_module_entry declares ABI " + std::to_string(entry.abi_major) + "." +
                std::to_string(entry.abi_minor)};
  }
  if (entry.struct_size < kEntryBytesMin || !has_all_functions(entry)) {
    return {Errc::failed_precondition,
            "serai_module_entry lacks functions: all of ABI 1.0 are required"};
  }
  return success();
}

// The text of the entry's manifest, without padding; empty when the entry has none.
std::string_view manifest_of(const serai_module& entry) {
  if (entry.manifest.data == nullptr) return {};
  return trimmed_end({entry.manifest.data, entry.manifest.size}, kBehindManifest);
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

// Opens an instance of a checked entry. `library` is null for a module that is linked in.
Result<std::unique_ptr<abi::Generation>> open_checked(const VerifiedModule& module,
                                                      std::unique_ptr<abi::Library> library,
                                                      const serai_module& entry,
                                                      const OpenRequest& request) {
  auto generation = std::make_unique<abi::Generation>();
  generation->id = request.generation;
  generation->build_id = module.build_id;
  generation->release = request.release;
  generation->contract = module.contract;
  generation->transcoder = make_transcoder(module.descriptors);
  generation->library = std::move(library);
  generation->give_host(request.host);
  Result<serai_instance*> instance = open_instance(*generation, entry);
  if (!instance) return instance.error();
  generation->entry = &entry;  // from here on ~Generation closes the instance
  generation->instance = *instance;
  return generation;
}

// A library and the cached file that it is mapped from. When the code is unmapped, the file's name
// may be used again; when the code stays mapped, it never is.
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
  std::unique_ptr<SharedLibrary> library_;  // last, because its destructor calls closed()
};

}  // namespace

Result<std::unique_ptr<abi::Generation>> open_module(const VerifiedModule& module,
                                                     std::unique_ptr<abi::Library> library,
                                                     const serai_module& entry,
                                                     const OpenRequest& request) {
  if (Result<> checked = check_entry(entry); !checked) return checked.error();
  if (manifest_of(entry) != module.manifest) {
    return {Errc::failed_precondition,
            "serai_module_entry.manifest is not the text in .serai.manifest"};
  }
  return open_checked(module, std::move(library), entry, request);
}

Result<std::unique_ptr<abi::Generation>> open_linked_module(const serai_module& entry,
                                                            std::string_view descriptor_set,
                                                            const OpenRequest& request) {
  if (Result<> checked = check_entry(entry); !checked) return checked.error();
  const Result<VerifiedModule> module = verify_linked(manifest_of(entry), descriptor_set);
  if (!module) return module.error();
  auto generation = open_checked(*module, nullptr, entry, request);
  if (generation) return generation;
  return {generation.error().code, module->contract.name + ": " + generation.error().detail};
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
