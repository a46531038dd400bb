#include "release/verify_release.hpp"

#include <utility>
#include <vector>

#include "base/file_io.hpp"

namespace serai::release {
namespace {

using Findings = std::vector<loading::Finding>;

Findings compare_schemas(const ReleaseModule& declared, const ReleaseModule& actual) {
  if (declared.schemas.empty() || declared.schemas == actual.schemas) return {};
  return {{"release.schemas",
           "manifest.json has other state schemas than the file: write manifest.json anew"}};
}

Findings compare(const ReleaseModule& declared, const loading::VerifiedModule& module) {
  const ReleaseModule actual = declare(module, declared.file);
  Findings found;
  const auto differs = [&](const char* member, const std::string& a, const std::string& b) {
    if (a == b) return;
    found.push_back(
        {"release." + std::string(member),
         "manifest.json has " + a + ", the file has " + b + ": write manifest.json anew"});
  };
  differs("name", declared.name, actual.name);
  differs("version", declared.version, actual.version);
  differs("abi", declared.abi, actual.abi);
  for (loading::Finding& finding : compare_schemas(declared, actual)) {
    found.push_back(std::move(finding));
  }
  return found;
}

}  // namespace

Result<loading::VerifiedModule> verify_declared_module(std::string bytes,
                                                       const ReleaseModule& declared) {
  if (const std::string sha256 = sha256_hex(bytes); declared.sha256 != sha256) {
    return loading::refusal_of(
        declared.name,
        {{"release.sha256",
          declared.file + " is not the file manifest.json was written for (SHA-256 " + sha256 +
              "): copy it again, or write manifest.json anew"}});
  }
  Result<loading::VerifiedModule> module = loading::verify_module(std::move(bytes), declared.name);
  if (!module) return module;
  if (const Findings found = compare(declared, *module); !found.empty()) {
    return refusal_of(declared.name, found);
  }
  return module;
}

Result<loading::VerifiedModule> verify_release_module(const Release& release,
                                                      const ReleaseModule& module) {
  Result<std::string> bytes =
      read_file(release.folder / module.file, kModuleBytesMax, FileTrust::release);
  if (!bytes) {
    return {bytes.error().code, module.name + ": release.file: " + bytes.error().detail};
  }
  return verify_declared_module(*std::move(bytes), module);
}

ReleaseModule declare(const loading::VerifiedModule& module, std::string file) {
  ReleaseModule out;
  out.name = module.contract.name;
  out.file = std::move(file);
  out.sha256 = module.sha256;
  out.version = module.contract.version;
  out.abi = module.abi;
  for (const abi::KindContract& kind : module.contract.kinds) {
    out.schemas[kind.name] = {kind.reads_min, kind.reads_max, kind.writes};
  }
  return out;
}

}  // namespace serai::release
