#include "release/release.hpp"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/file_io.hpp"
#include "base/parse_number.hpp"

namespace serai::release {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

// Reads a member. Catches nlohmann's exceptions and returns an error that names the member.
template <class T>
Result<> take(const Json& object, const char* member, bool required, T& out) {
  const auto found = object.find(member);
  if (found == object.end()) {
    if (!required) return success();
    return {Errc::invalid_argument, "manifest.json: \"" + std::string(member) + "\" is missing"};
  }
  try {
    out = found->template get<T>();
  } catch (const Json::exception&) {
    return {Errc::invalid_argument,
            "manifest.json: \"" + std::string(member) + "\" has the wrong type"};
  }
  return success();
}

Result<> take_on_divergence(const Json& object, bool& refuse) {
  std::string text = "report";
  if (Result<> got = take(object, "on_divergence", false, text); !got) return got;
  refuse = text == "refuse";
  if (refuse || text == "report") return success();
  return {Errc::invalid_argument,
          "manifest.json: on_divergence \"" + text + R"(" is unknown; known: "report", "refuse")"};
}

// Reads a list of schema numbers. The numbers are checked first, because nlohmann would convert 1.5
// to 1 and -1 to 4294967295.
Result<> take_schemas(const Json& object, const char* member, std::vector<std::uint32_t>& out) {
  const auto is_schema = [](const Json& one) {
    return one.is_number_unsigned() && one.get<std::uint64_t>() <= UINT32_MAX;
  };
  const auto found = object.find(member);
  if (found == object.end() || !found->is_array() || !std::ranges::all_of(*found, is_schema)) {
    return {Errc::invalid_argument,
            "manifest.json: \"" + std::string(member) + "\" is not a list of schema numbers"};
  }
  out = found->get<std::vector<std::uint32_t>>();
  return success();
}

Result<> parse_schemas(const Json& json, ReleaseModule& module) {
  const auto found = json.find("schemas");
  if (found == json.end()) return success();
  if (!found->is_object()) {
    return {Errc::invalid_argument, "manifest.json: \"schemas\" is not an object"};
  }
  for (const auto& [kind, range] : found->items()) {
    std::vector<std::uint32_t> reads;
    SchemaRange out;
    if (Result<> got = take_schemas(range, "reads", reads); !got) return got;
    if (Result<> got = take_schemas(range, "writes", out.writes); !got) return got;
    bool refuse = false;
    if (Result<> got = take_on_divergence(range, refuse); !got) return got;
    if (refuse) module.refuse_divergence.insert(kind);
    if (reads.size() != 2) {
      return {Errc::invalid_argument, "manifest.json: \"reads\" is not [lowest, highest]"};
    }
    out.reads_min = reads[0];
    out.reads_max = reads[1];
    module.schemas.emplace(kind, std::move(out));
  }
  return success();
}

Result<ReleaseModule> parse_module(const Json& json) {
  if (!json.is_object()) {
    return {Errc::invalid_argument, "manifest.json: an entry of \"modules\" is not an object"};
  }
  ReleaseModule module;
  std::string policy;
  for (const Result<>& got : {take(json, "name", true, module.name),
                              take(json, "file", true, module.file),
                              take(json, "sha256", true, module.sha256),
                              take(json, "version", true, module.version),
                              take(json, "abi", true, module.abi),
                              take(json, "policy", false, policy),
                              parse_schemas(json, module)}) {
    if (!got) return got.error();
  }
  if (!is_plain_name(module.file)) {
    return {Errc::invalid_argument,
            "manifest.json: file \"" + module.file + "\" is not a plain name in the release"};
  }
  const std::optional<abi::MovePolicy> parsed = parse_policy(policy);
  if (!parsed) {
    return {Errc::invalid_argument,
            "manifest.json: policy \"" + policy + "\" of " + module.name +
                R"( is unknown; known: "rolling", "barrier", "drain", "canary 10%" (1 to 99))"};
  }
  module.policy = *parsed;
  return module;
}

Json print_module(const ReleaseModule& module) {
  Json schemas = Json::object();
  for (const auto& [kind, range] : module.schemas) {
    schemas[kind] = {{"reads", {range.reads_min, range.reads_max}}, {"writes", range.writes}};
    if (module.refuse_divergence.contains(kind)) schemas[kind]["on_divergence"] = "refuse";
  }
  return {{"name", module.name},
          {"file", module.file},
          {"sha256", module.sha256},
          {"version", module.version},
          {"abi", module.abi},
          {"schemas", schemas},
          {"policy", print_policy(module.policy)}};
}

}  // namespace

std::optional<abi::MovePolicy> parse_policy(std::string_view text) {
  using Kind = abi::MovePolicy::Kind;
  if (text.empty() || text == "rolling") return abi::MovePolicy{};
  if (text == "barrier") return abi::MovePolicy{Kind::barrier, 0};
  if (text == "drain") return abi::MovePolicy{Kind::drain, 0};
  static constexpr std::string_view kCanary = "canary ";
  if (!text.starts_with(kCanary) || !text.ends_with('%')) return std::nullopt;
  const auto percent =
      parse_number<std::uint32_t>(text.substr(kCanary.size(), text.size() - kCanary.size() - 1));
  if (!percent || *percent < 1 || *percent > 99) return std::nullopt;
  return abi::MovePolicy{Kind::canary, *percent};
}

std::string print_policy(const abi::MovePolicy& policy) {
  switch (policy.kind) {
    case abi::MovePolicy::Kind::barrier:
      return "barrier";
    case abi::MovePolicy::Kind::drain:
      return "drain";
    case abi::MovePolicy::Kind::canary:
      return "canary " + std::to_string(policy.percent) + "%";
    case abi::MovePolicy::Kind::rolling:
      break;
  }
  return "rolling";
}

bool Release::allows(std::string_view breaking) const {
  return std::ranges::any_of(allow_breaking, [&](const std::string& allowed) {
    return allowed == breaking || (allowed == "all" && is_build(name));
  });
}

bool Release::refuses_divergence(std::string_view module, const std::string& kind) const {
  if (allows("divergence:" + kind)) return false;
  const auto found = std::ranges::find(modules, module, &ReleaseModule::name);
  return refuse_divergence || (found != modules.end() && found->refuse_divergence.contains(kind));
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.size() <= 128 &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Result<Release> parse_release(std::string_view json) {
  const Json root = Json::parse(json, nullptr, false);
  if (root.is_discarded() || !root.is_object()) {
    return {Errc::invalid_argument, "manifest.json is not a JSON object"};
  }
  Release release;
  for (const Result<>& got : {take(root, "release", true, release.name),
                              take(root, "allow_breaking", false, release.allow_breaking),
                              take(root, "irreversible", false, release.irreversible),
                              take_on_divergence(root, release.refuse_divergence)}) {
    if (!got) return got.error();
  }
  if (!is_plain_name(release.name)) {
    return {Errc::invalid_argument,
            "manifest.json: \"release\" is not a plain name: " + release.name};
  }
  const auto modules = root.find("modules");
  if (modules == root.end() || !modules->is_array() || modules->empty()) {
    return {Errc::invalid_argument, "manifest.json: \"modules\" is not a list of modules"};
  }
  std::set<std::string> names;
  for (const Json& entry : *modules) {
    Result<ReleaseModule> module = parse_module(entry);
    if (!module) return module.error();
    if (!names.insert(module->name).second) {
      return {Errc::invalid_argument, "manifest.json names " + module->name + " twice"};
    }
    release.modules.push_back(*std::move(module));
  }
  return release;
}

std::string print_release(const Release& release) {
  Json modules = Json::array();
  for (const ReleaseModule& module : release.modules) modules.push_back(print_module(module));
  const Json root = {{"release", release.name},
                     {"modules", modules},
                     {"allow_breaking", release.allow_breaking},
                     {"irreversible", release.irreversible},
                     {"on_divergence", release.refuse_divergence ? "refuse" : "report"}};
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Release> read_release(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::canonical(path, error);
  if (error) {
    return {Errc::not_found,
            "release " + path.string() + ": " + error.message() +
                " (is it a folder, or a link to one?)"};
  }
  const fs::perms open = fs::status(folder, error).permissions();
  if (!error && (open & (fs::perms::group_write | fs::perms::others_write)) != fs::perms::none) {
    return {
        Errc::failed_precondition,
        "release " + folder.string() + " is writable by its group or by everybody: chmod go-w it"};
  }
  Result<std::string> text = read_file(folder / "manifest.json", kTextBytesMax, FileTrust::release);
  if (!text) return text.error();
  Result<Release> release = parse_release(*text);
  if (!release) {
    return {release.error().code, folder.string() + ": " + release.error().detail};
  }
  release->folder = folder;
  return release;
}

std::vector<std::string> list_releases(const fs::path& releases) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(releases, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (!is_plain_name(name) || at->is_symlink(ignored)) continue;
    if (fs::exists(at->path() / "manifest.json", ignored)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<> flip_link(const fs::path& link, const std::string& release) {
  const fs::path fresh = link.parent_path() / ("." + link.filename().string() + "." +
                                               std::to_string(::getpid()) + ".new");
  std::error_code error;
  fs::remove(fresh, error);
  fs::create_symlink(release, fresh, error);
  if (!error) fs::rename(fresh, link, error);
  if (!error) return success();
  return {Errc::internal,
          "cannot point " + link.string() + " at " + release + ": " + error.message()};
}

}  // namespace serai::release
