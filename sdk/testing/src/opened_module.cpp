#include "opened_module.hpp"

#include <unistd.h>

#include <filesystem>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace serai::testing {
namespace {

namespace fs = std::filesystem;

// This process's copies of modules, in a folder that is removed at its end. A process that was
// killed leaves its folder behind; the next process removes it.
class Copies {
 public:
  Copies() : folder_(fs::temp_directory_path() / (kStem + std::to_string(::getpid()))) {
    std::error_code ignored;
    for (fs::directory_iterator at(folder_.parent_path(), ignored), end; !ignored && at != end;
         at.increment(ignored)) {
      const std::string name = at->path().filename().string();
      if (!name.starts_with(kStem)) continue;
      std::error_code failure;
      if (!fs::exists("/proc/" + name.substr(kStem.size()), failure)) {
        fs::remove_all(at->path(), failure);
      }
    }
  }
  ~Copies() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Copies(const Copies&) = delete;
  Copies& operator=(const Copies&) = delete;

  Result<loading::CachedFile> put(const loading::VerifiedModule& module) {
    return cache_.put(module);
  }

 private:
  inline static const std::string kStem = "serai-world-";
  fs::path folder_;
  loading::ModuleCache cache_{folder_};
};

// Each file is verified once, and again after it was rebuilt.
const loading::VerifiedModule& verified(const std::string& path) {
  using Key = std::tuple<std::string, std::uintmax_t, fs::file_time_type>;
  static std::map<Key, loading::VerifiedModule> known;
  std::error_code failure;
  const Key key{path, fs::file_size(path, failure), fs::last_write_time(path, failure)};
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  Result<std::string> bytes = read_file(path, kModuleBytesMax);
  if (!bytes) throw std::runtime_error(bytes.error().detail);
  Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes), path);
  if (!module) throw std::runtime_error(module.error().detail);
  return known.emplace(key, *std::move(module)).first->second;
}

// For a module without descriptors: payloads pass unchanged.
class AsItIs final : public abi::Transcoder {
 public:
  Result<std::string> to_wire(std::string_view, std::string_view text) const override {
    return std::string(text == "{}" ? "" : text);  // the host writes no payload as "{}"
  }
  Result<std::string> to_json(std::string_view, std::string_view wire) const override {
    return std::string(wire);
  }
  std::string field(std::string_view, std::string_view, std::string_view) const override {
    return {};
  }
};

std::unique_ptr<abi::Transcoder> transcoder_of(const abi::ModuleContract& contract,
                                               std::string_view descriptor_set) {
  if (descriptor_set.empty()) return std::make_unique<AsItIs>();
  auto descriptors = loading::Descriptors::make(descriptor_set);
  if (!descriptors) throw std::runtime_error(descriptors.error().detail);
  if (const auto found = judge_contract(contract, **descriptors); !found.empty()) {
    throw std::runtime_error(refusal_of(contract.name, found).detail);
  }
  return make_transcoder(*std::move(descriptors));
}

}  // namespace

OpenedModule open_module(const std::string& path,
                         std::uint64_t number,
                         const abi::ModuleHost& host) {
  static Copies copies;
  const loading::VerifiedModule& module = verified(path);
  Result<loading::CachedFile> file = copies.put(module);
  if (!file) throw std::runtime_error(file.error().detail);
  loading::LoadRequest request;
  request.generation = number;
  request.host = &host;
  Result<loading::LoadedModule> loaded = load_module(module, *std::move(file), request);
  if (!loaded) throw std::runtime_error(path + ": " + loaded.error().detail);
  return {std::move(loaded->generation), module.manifest, module.descriptor_set};
}

OpenedModule open_module(const serai_module& entry,
                         std::string_view contract,
                         std::uint64_t number,
                         const abi::ModuleHost& host) {
  OpenedModule module;
  module.manifest = abi::view_of(entry.manifest);
  module.descriptor_set = contract;
  if (Result<> checked = loading::check_entry(entry, module.manifest); !checked) {
    throw std::runtime_error(checked.error().detail);
  }
  Result<abi::ModuleContract> parsed = abi::parse_contract(module.manifest);
  if (!parsed) throw std::runtime_error(parsed.error().detail);
  auto generation = std::make_unique<abi::Generation>();
  generation->id = number;
  generation->contract = *std::move(parsed);
  generation->transcoder = transcoder_of(generation->contract, contract);
  generation->give_host(host);
  std::string thrown;
  const serai_status opened = guarded(*generation, thrown, [&] {
    return entry.open(&generation->host.table, &generation->instance);
  });
  if (opened != SERAI_OK) {
    throw std::runtime_error("module " + generation->contract.name + " refused to open " + thrown);
  }
  generation->entry = &entry;
  module.generation = std::move(generation);
  return module;
}

}  // namespace serai::testing
