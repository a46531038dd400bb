// Release: a folder with manifest.json and the modules that it names. All of them are loaded, or
// none.
//
//   {"release":"v1.1.0","allow_breaking":["rpc:rpc_old"],"irreversible":false,
//    "on_divergence":"report",
//    "modules":[{"name":"battle","file":"battle.so","sha256":"…","version":"1.1.0","abi":"1.0",
//                "schemas":{"battle":{"reads":[1,2],"writes":[1,2]}},"policy":"rolling"}]}
//
// on_divergence: a match diverges when its replayed messages lead to another end under the new
// version. "report" only reports that; "refuse" refuses the release. A kind may have its own
// "on_divergence", beside "reads" and "writes". The entry "divergence:battle" of "allow_breaking"
// exempts a kind.
// policy: "rolling" (also when absent), "barrier", "drain" or "canary 10%"; see abi::MovePolicy.
//
// Errors  not_found. invalid_argument: manifest.json is wrong; the text names the member.
//         failed_precondition: a file breaks a condition of FileTrust::release, or others may write
//         to the folder.
// Thread  any; blocking file access. No module code is executed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "abi/generation.hpp"
#include "base/result.hpp"

namespace serai::release {

struct SchemaRange {
  std::uint32_t reads_min = 1;
  std::uint32_t reads_max = 1;
  std::vector<std::uint32_t> writes;
  friend bool operator==(const SchemaRange&, const SchemaRange&) = default;
};

struct ReleaseModule {
  std::string name;
  std::string file;  // a plain name inside the release
  std::string sha256;
  std::string version;
  std::string abi;                             // "1.0"
  std::map<std::string, SchemaRange> schemas;  // by kind
  std::set<std::string> refuse_divergence;     // the kinds for which it refuses divergences
  abi::MovePolicy policy;
};

struct Release {
  std::string name;
  std::filesystem::path folder;  // without links, so a flip of `current` does not change it
  std::vector<ReleaseModule> modules;
  std::vector<std::string> allow_breaking;  // entries as in contract_check.hpp
  bool irreversible = false;
  bool refuse_divergence = false;  // for all kinds

  // "all" allows every change, but only in a release made by BuildWatch.
  bool allows(std::string_view breaking) const;
  bool refuses_divergence(std::string_view module, const std::string& kind) const;
};

// Names of the releases that BuildWatch makes: dev-1, dev-2, …
inline constexpr std::string_view kBuildPrefix = "dev-";
inline bool is_build(std::string_view release) { return release.starts_with(kBuildPrefix); }

// Follows all links to the folder and reads its manifest.json.
Result<Release> read_release(const std::filesystem::path& path);

std::optional<abi::MovePolicy> parse_policy(std::string_view text);
std::string print_policy(const abi::MovePolicy& policy);
Result<Release> parse_release(std::string_view json);
std::string print_release(const Release& release);

// Names of the folders in `releases` that have a manifest.json, sorted.
std::vector<std::string> list_releases(const std::filesystem::path& releases);

// True for a name that is one path component and not hidden.
bool is_plain_name(std::string_view name);

// Points the link at a sibling folder, by renaming a new link over the old one. So the link always
// leads to one of the two.
Result<> flip_link(const std::filesystem::path& link, const std::string& release);

}  // namespace serai::release
