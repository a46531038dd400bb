#include "loading/verify.hpp"

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>

#include "base/ascii.hpp"
#include "base/file_io.hpp"
#include "serai/abi.h"

namespace serai::loading {
namespace {

using Json = nlohmann::json;
using Findings = std::vector<Finding>;

std::string host_abi() {
  return std::to_string(SERAI_ABI_MAJOR) + "." + std::to_string(SERAI_ABI_MINOR);
}

// Compares the module's ABI ("1.0") with the host's.
Findings judge_abi(const std::string& abi) {
  unsigned major = 0;
  unsigned minor = 0;
  int used = 0;
  if (std::sscanf(abi.c_str(), "%5u.%5u%n", &major, &minor, &used) != 2 ||
      static_cast<std::size_t>(used) != abi.size()) {
    return {{"abi.missing", "the manifest's \"abi\" is not of the form \"1.0\""}};
  }
  if (major != SERAI_ABI_MAJOR) {
    return {{"abi.major",
             "built for ABI " + abi + ", this host has ABI " + host_abi() +
                 ": build with this host's SDK"}};
  }
  if (minor > SERAI_ABI_MINOR) {
    return {{"abi.minor",
             "needs ABI " + abi + ", this host has ABI " + host_abi() +
                 ": update the host or build with its SDK"}};
  }
  return {};
}

Findings read_manifest(std::string_view text, VerifiedModule& module) {
  module.manifest = trimmed_end(text, kBehindManifest);
  const Json json = Json::parse(module.manifest, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    return {{"manifest.json", ".serai.manifest is not a JSON object"}};
  }
  const auto revision = json.find("serai");
  if (revision == json.end() || *revision != 1) {
    return {{"manifest.json", "\"serai\" is not 1: the manifest is of another format"}};
  }
  const auto abi = json.find("abi");
  module.abi = abi != json.end() && abi->is_string() ? abi->get<std::string>() : "";
  if (Findings found = judge_abi(module.abi); !found.empty()) return found;
  Result<abi::ModuleContract> contract = abi::parse_contract(module.manifest);
  if (!contract) return {{"manifest.json", contract.error().detail}};
  module.contract = *std::move(contract);
  return {};
}

bool names_messages(const abi::ModuleContract& contract) {
  for (const abi::KindContract& kind : contract.kinds) {
    if (!kind.state.empty()) return true;
  }
  for (const abi::HandlerContract& handler : contract.handlers) {
    if (!handler.request.empty() || !handler.reply.empty()) return true;
  }
  for (const abi::EventContract& event : contract.events) {
    if (!event.message.empty()) return true;
  }
  return false;
}

Findings read_contract(const ElfImage& image, VerifiedModule& module) {
  const auto section = image.section(".serai.contract");
  if (!section && names_messages(module.contract)) {
    return {{"contract.missing",
             "the manifest names messages, but there is no .serai.contract section with their "
             "descriptors: pass the .proto files to serai_add_module()"}};
  }
  module.descriptor_set = section.value_or("");
  Result<std::unique_ptr<Descriptors>> descriptors = Descriptors::make(module.descriptor_set);
  if (!descriptors) return {{"contract.descriptors", descriptors.error().detail}};
  module.descriptors = *std::move(descriptors);
  return section ? judge_contract(module.contract, *module.descriptors) : Findings{};
}

class ContractJudge {
 public:
  ContractJudge(const abi::ModuleContract& contract, const Descriptors& descriptors)
      : contract_(contract), descriptors_(descriptors) {}

  Findings run() {
    for (const abi::KindContract& kind : contract_.kinds) {
      need("kind " + kind.name, kind.state);
      if (!kind.owner.empty()) need_field("kind " + kind.name, kind.state, kind.owner, "state");
    }
    for (const abi::HandlerContract& handler : contract_.handlers) judge(handler);
    for (const abi::EventContract& event : contract_.events) {
      need("event " + std::to_string(event.op_code), event.message);
    }
    return std::move(findings_);
  }

 private:
  void judge(const abi::HandlerContract& handler) {
    const std::string user = "handler " + handler.name;
    need(user, handler.request);
    need(user, handler.reply);
    if (handler.key == abi::KeyRule::field) {
      need_field(user, handler.request, handler.key_field, "request");
    }
    if (handler.idempotent) need_field(user, handler.request, "idem_key", "request");
  }

  // `user`: the part of the manifest that names the message, "handler attack".
  void need(const std::string& user, const std::string& message) {
    if (message.empty() || descriptors_.find(message) != nullptr) return;
    findings_.push_back(
        {"contract.message",
         user + " names message " + message + ", which is in none of the module's .proto files"});
  }

  // `place`: the message's place in the manifest, "request".
  void need_field(const std::string& user,
                  const std::string& message,
                  const std::string& field,
                  const char* place) {
    const auto* type = descriptors_.find(message);
    if (type == nullptr && !message.empty()) return;  // reported by need()
    const auto* found = type == nullptr ? nullptr : type->FindFieldByName(field);
    if (found != nullptr && !found->is_repeated() &&
        found->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      return;
    }
    findings_.push_back({"contract.field",
                         user + " needs a field \"" + field + "\" with one plain value in its " +
                             place + (message.empty() ? "" : " " + message)});
  }

  const abi::ModuleContract& contract_;
  const Descriptors& descriptors_;
  Findings findings_;
};

}  // namespace

Findings judge_contract(const abi::ModuleContract& contract, const Descriptors& descriptors) {
  return ContractJudge(contract, descriptors).run();
}

Result<VerifiedModule> verify_linked(std::string_view manifest, std::string_view descriptor_set) {
  VerifiedModule module;
  module.manifest = manifest;
  module.descriptor_set = descriptor_set;
  Result<abi::ModuleContract> contract = abi::parse_contract(module.manifest);
  if (!contract) return contract.error();
  module.contract = *std::move(contract);
  Result<std::unique_ptr<Descriptors>> descriptors = Descriptors::make(module.descriptor_set);
  if (!descriptors) return descriptors.error();
  module.descriptors = *std::move(descriptors);
  if (descriptor_set.empty()) return module;
  const Findings found = judge_contract(module.contract, *module.descriptors);
  if (!found.empty()) return refusal_of(module.contract.name, found);
  return module;
}

Result<VerifiedModule> verify_module(std::string bytes, const std::string& name) {
  VerifiedModule module;
  module.bytes = std::move(bytes);
  module.sha256 = sha256_hex(module.bytes);
  Result<ElfImage> image = read_elf(module.bytes);
  if (!image) return refusal_of(name, {{"elf.file", image.error().detail}});
  module.build_id = image->build_id;
  Findings more;
  if (const auto section = image->section(".serai.manifest")) {
    more = read_manifest(*section, module);
    if (more.empty()) more = read_contract(*image, module);
  }
  Findings found = lint(*image, module.contract.stays_mapped);
  found.insert(found.end(), more.begin(), more.end());
  if (!found.empty()) return refusal_of(name, found);
  return module;
}

}  // namespace serai::loading
