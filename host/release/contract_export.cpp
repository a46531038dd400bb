#include "release/contract_export.hpp"

#include <google/protobuf/descriptor.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "base/file_io.hpp"
#include "release/json_schema.hpp"

namespace serai::release {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string key_text(const abi::HandlerContract& handler) {
  switch (handler.key) {
    case abi::KeyRule::none:
      return "";
    case abi::KeyRule::caller:
      return "caller";
    case abi::KeyRule::field:
      return "field:" + handler.key_field;
    case abi::KeyRule::fresh:
      return "fresh";
    case abi::KeyRule::singleton:
      return "singleton";
  }
  return "";
}

// True when the path stays below the folder it is relative to.
bool stays_inside(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  const fs::path relative(path);
  if (relative.is_absolute()) return false;
  for (const fs::path& part : relative) {
    if (part == ".." || part == ".") return false;
  }
  return true;
}

class Exporter {
 public:
  Exporter(const abi::ModuleContract& contract, const loading::Descriptors* descriptors)
      : contract_(contract), descriptors_(descriptors) {}

  Result<ContractFiles> run() {
    const std::string root = contract_.name + "/";
    if (!is_plain_name(contract_.name)) {
      return {Errc::invalid_argument, "\"" + contract_.name + "\" cannot be the name of a folder"};
    }
    const std::string face = print_face();  // also adds the schemas to book_
    ContractFiles files{{root + "contract.json", face}, {root + "schema.json", book_.print()}};
    if (descriptors_ == nullptr) return files;
    for (const google::protobuf::FileDescriptor* file : descriptors_->files()) {
      if (file->name().starts_with("google/protobuf/")) continue;  // every generator has these
      if (!stays_inside(file->name())) {
        return {Errc::invalid_argument, "the .proto file \"" + file->name() + "\" leads outside"};
      }
      files.push_back({root + "proto/" + file->name(), file->DebugString()});
    }
    return files;
  }

 private:
  std::string print_face() {
    Json kinds = Json::array();
    for (const abi::KindContract& kind : contract_.kinds) kinds.push_back(print(kind));
    Json rpcs = Json::array();
    Json data = Json::array();
    for (const abi::HandlerContract& handler : contract_.handlers) {
      if (handler.trigger == abi::Trigger::rpc) rpcs.push_back(print_rpc(handler));
      if (handler.trigger == abi::Trigger::data) data.push_back(print_data(handler));
    }
    Json events = Json::array();
    for (const abi::EventContract& event : contract_.events) {
      Json out = {{"op", event.op_code}, {"name", event.name}};
      name_message(out, "message", event.message, Direction::heard);
      events.push_back(std::move(out));
    }
    Json config = Json::array();
    for (const abi::SettingContract& setting : contract_.settings) {
      config.push_back({{"key", setting.key}, {"type", setting.type}});
    }
    Json accounts = Json::array();
    for (const abi::AccountContract& each : contract_.accounts) {
      accounts.push_back({{"prefix", each.prefix},
                          {"below_zero", each.below_zero},
                          {"currency", each.currency},
                          {"purse", each.purse}});
    }
    const Json root = {{"module", contract_.name},
                       {"version", contract_.version},
                       {"kinds", kinds},
                       {"rpcs", rpcs},
                       {"data", data},
                       {"events", events},
                       {"config", config},
                       {"accounts", accounts}};
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

  static Json print(const abi::KindContract& kind) {
    Json out = {{"name", kind.name},
                {"match", kind.match},
                {"players_max", kind.players_max},
                {"tick_hz", kind.tick_hz},
                {"journal", kind.journal},
                {"state", kind.state}};
    if (!kind.owner.empty()) out["owner"] = kind.owner;
    out["schema"] = kind.schema;
    out["reads"] = {kind.reads_min, kind.reads_max};
    out["writes"] = kind.writes;
    return out;
  }

  // Only the RPCs of clients have a JSON form, because calls between modules carry Protobuf.
  Json print_rpc(const abi::HandlerContract& rpc) {
    Json out = {{"name", rpc.name}, {"client", rpc.client}, {"kind", rpc.kind}};
    if (rpc.client) out["key"] = key_text(rpc);
    out["creates"] = rpc.creates;
    out["durable"] = rpc.durable;
    out["idempotent"] = rpc.idempotent;
    if (rpc.is_unprotected()) out["unprotected_against_retries"] = true;
    name_message(out, "request", rpc.request, Direction::sent, rpc.client);
    name_message(out, "reply", rpc.reply, Direction::heard, rpc.client);
    return out;
  }

  Json print_data(const abi::HandlerContract& handler) {
    Json out = {{"kind", handler.kind}, {"op", handler.op_code}, {"name", handler.name}};
    name_message(out, "request", handler.request, Direction::sent);
    return out;
  }

  // Writes the name of a message and the reference to its schema. A payload without a message is
  // raw bytes, for which nothing is written.
  void name_message(Json& out,
                    const std::string& member,
                    const std::string& message,
                    Direction direction,
                    bool with_schema = true) {
    if (message.empty()) return;
    out[member] = message;
    const auto* type = descriptors_ == nullptr ? nullptr : descriptors_->find(message);
    if (!with_schema || type == nullptr) return;
    out[member + "_schema"] = "schema.json" + book_.add(*type, direction);
  }

  const abi::ModuleContract& contract_;
  const loading::Descriptors* descriptors_;
  SchemaBook book_;
};

Result<> append(const abi::ModuleContract& contract,
                std::string_view descriptor_set,
                ContractFiles& all) {
  Result<ContractFiles> one = export_contract(contract, descriptor_set);
  if (!one) return {one.error().code, contract.name + ": " + one.error().detail};
  std::move(one->begin(), one->end(), std::back_inserter(all));
  return success();
}

}  // namespace

Result<ContractFiles> export_contract(const abi::ModuleContract& contract,
                                      std::string_view descriptor_set) {
  if (descriptor_set.empty()) return Exporter(contract, nullptr).run();
  Result<std::unique_ptr<loading::Descriptors>> descriptors =
      loading::Descriptors::make(descriptor_set);
  if (!descriptors) return descriptors.error();
  return Exporter(contract, descriptors->get()).run();
}

Result<ContractFiles> export_contracts(const LiveSet& live) {
  ContractFiles all;
  for (const auto& [name, module] : live.modules) {
    if (Result<> done = append(module.contract, module.descriptor_set, all); !done) {
      return done.error();
    }
  }
  return all;
}

Result<ContractFiles> export_contracts(const fs::path& path) {
  std::error_code ignored;
  std::vector<loading::VerifiedModule> modules;
  if (fs::is_directory(path, ignored)) {
    Result<Release> release = read_release(path);
    if (!release) return release.error();
    Result<SwapPlan> plan = plan_swap(*release, LiveSet{});
    if (!plan) return plan.error();
    modules = std::move(plan->changed);
  } else {
    Result<std::string> bytes = read_file(path, kModuleBytesMax);
    if (!bytes) return bytes.error();
    Result<loading::VerifiedModule> module = loading::verify_module(*std::move(bytes));
    if (!module) return module.error();
    modules.push_back(*std::move(module));
  }
  ContractFiles all;
  for (const loading::VerifiedModule& module : modules) {
    if (Result<> done = append(module.contract, module.descriptor_set, all); !done) {
      return done.error();
    }
  }
  return all;
}

std::string print_contracts(const std::string& release, const ContractFiles& files) {
  Json list = Json::object();
  for (const ContractFile& file : files) list[file.path] = file.text;
  return Json({{"release", release}, {"files", list}})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<ContractFiles> parse_contracts(std::string_view json) {
  const Json root = Json::parse(json, nullptr, false);
  if (!root.is_object() || !root.contains("files") || !root["files"].is_object()) {
    return {Errc::invalid_argument, "the answer holds no contracts"};
  }
  ContractFiles files;
  for (const auto& [path, text] : root["files"].items()) {
    if (!text.is_string() || !stays_inside(path)) {
      return {Errc::invalid_argument, "the answer holds a file that leads outside: " + path};
    }
    files.push_back({path, text.get<std::string>()});
  }
  return files;
}

Result<> write_contracts(const fs::path& folder, const ContractFiles& files) {
  for (const ContractFile& file : files) {
    const fs::path path = folder / file.path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) {
      return {Errc::internal,
              "cannot make " + path.parent_path().string() + ": " + error.message()};
    }
    if (Result<> written = write_file(path, file.text, 0644); !written) return written;
  }
  return success();
}

}  // namespace serai::release
