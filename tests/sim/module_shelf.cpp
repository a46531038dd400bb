#include "module_shelf.hpp"

#include "base/file_io.hpp"
#include "violation.hpp"

namespace serai::sim {
namespace {

const std::map<std::string, const char*>& files() {
  static const std::map<std::string, const char*> kFiles{{"battle_v1", SIM_battle_v1},
                                                         {"battle_v2", SIM_battle_v2},
                                                         {"character_v1", SIM_character_v1},
                                                         {"character_v2", SIM_character_v2},
                                                         {"trade", SIM_trade},
                                                         {"campaign", SIM_campaign}};
  return kFiles;
}

std::string versioned(const std::string& module, int version) {
  return module + "_v" + std::to_string(version);
}

}  // namespace

ModuleShelf::ModuleShelf(const std::filesystem::path& folder) : cache_(folder) {
  for (const auto& [name, path] : files()) {
    auto bytes = read_file(path, kModuleBytesMax);
    require(bytes.ok(), name + " cannot be read");
    auto module = loading::verify_module(*std::move(bytes));
    require(module.ok(), name + " does not pass: " + (module ? "" : module.error().detail));
    modules_.emplace(name, *std::move(module));
  }
}

std::unique_ptr<abi::Generation> ModuleShelf::load(const std::string& name, SwapControl& control) {
  const loading::VerifiedModule& module = modules_.at(name);
  auto file = cache_.put(module);
  require(file.ok(), name + " cannot be copied");
  loading::LoadRequest request;
  request.generation = control.next_generation_id();
  request.release = name;
  request.host = &control.host_table();
  request.on_closed = [this](const loading::ClosedModule& closed) {
    if (!closed.holder.empty()) {
      still_mapped_.push_back(closed.module + ", held by " + closed.holder);
    }
  };
  auto loaded = load_module(module, *std::move(file), request);
  require(loaded.ok(), name + " does not load: " + (loaded ? "" : loaded.error().detail));
  return std::move(loaded->generation);
}

ModuleShelf::Generations ModuleShelf::load_all(Versions versions, SwapControl& control) {
  Generations all;
  for (const std::string& name : {versioned("character", versions.character),
                                  versioned("battle", versions.battle),
                                  std::string("trade"),
                                  std::string("campaign")}) {
    all.push_back(load(name, control));
  }
  return all;
}

ModuleShelf::Generations ModuleShelf::load_changed(Versions from,
                                                   Versions to,
                                                   SwapControl& control,
                                                   abi::MovePolicy policy) {
  Generations changed;
  const auto change = [&](const char* name, int before, int after) {
    if (before == after) return;
    changed.push_back(load(versioned(name, after), control));
    if (after > before || !policy.shares()) changed.back()->policy = policy;
  };
  change("character", from.character, to.character);
  change("battle", from.battle, to.battle);
  return changed;
}

}  // namespace serai::sim
