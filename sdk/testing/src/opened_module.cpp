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

// The folder with this process's copies of module files. The process removes it when it ends. The
// folder of a process that was killed is removed by the next process.
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

// Verifies a file once, and again when it was rebuilt.
const loading::VerifiedModule& verified(const std::string& path) {
  using Key = std::tuple<std::string, std::uintmax_t, fs::file_time_type>;
  static std::map<Key, loading::VerifiedModule> files;
  std::error_code failure;
  const Key key{path, fs::file_size(path, failure), fs::last_write_time(path, failure)};
  const auto found = files.find(key);
  if (found != files.end()) return found->second;
  Result<std::string> bytes = read_file(path, kModuleBytesMax);
  if (!bytes) throw std::runtime_error(bytes.error().detail);
  Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes), path);
  if (!module) throw std::runtime_error(module.error().detail);
  return files.emplace(key, *std::move(module)).first->second;
}

// The transcoder of a module without descriptors. Payloads pass unchanged.
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
  auto generation = loading::open_linked_module(entry, contract, {number, {}, host});
  if (!generation) throw std::runtime_error(generation.error().detail);
  if (contract.empty()) (*generation)->transcoder = std::make_unique<AsItIs>();
  return {*std::move(generation), std::string(abi::view_of(entry.manifest)), std::string(contract)};
}

}  // namespace serai::testing
