#include "app/ctl.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/ctl_answer.hpp"
#include "app/ctl_follow.hpp"
#include "app/ctl_modules.hpp"
#include "app/host_config.hpp"
#include "app/operator_files.hpp"
#include "base/ascii.hpp"
#include "ops/admin_client.hpp"
#include "release/contract_export.hpp"
#include "swap/dry_run.hpp"

namespace serai::app {
namespace {

using nlohmann::ordered_json;

struct Request {
  bool post = false;
  std::string path;
  std::string body;
  ops::AdminClient::Query query;
};

constexpr char kUsage[] =
    "ctl takes one of: status, modules [--json], releases, health, matches, sessions, timers,\n"
    "rollback, drain [off], swap [RELEASE] [--dry-run | --follow [--json]], reload,\n"
    "config [--origin], config set KEY VALUE, contracts [RELEASE] [--out DIR], backup FILE,\n"
    "ledger audit, ledger history ACCOUNT [BEFORE], match dump MATCH DIR, match fork DIR,\n"
    "match replay DIR [RELEASE], match bisect DIR RELEASE...,\n"
    "player export ID FILE, player import FILE, player erase ID --yes\n";

// The requests that only read and take no argument, with their paths.
constexpr std::array<std::pair<const char*, const char*>, 7> kReads = {{
    {"status", "/v1/status"},
    {"modules", "/v1/modules"},
    {"releases", "/v1/releases"},
    {"matches", "/v1/matches"},
    {"sessions", "/v1/sessions"},
    {"timers", "/v1/timers"},
    {"health", "/healthz/runtime"},
}};

std::optional<Request> config_request(const CommandLine& line) {
  const auto& arguments = line.arguments;
  if (arguments.size() == 1)
    return Request{false, line.with_origin ? "/v1/config?origin=1" : "/v1/config", "", {}};
  if (arguments.size() != 4 || arguments[1] != "set") return std::nullopt;
  return Request{
      true, "/v1/config", ordered_json{{"key", arguments[2]}, {"value", arguments[3]}}.dump(), {}};
}

std::optional<Request> drain_request(const std::vector<std::string>& arguments) {
  const bool off = arguments.size() == 2 && arguments[1] == "off";
  if (arguments.size() != 1 && !off) return std::nullopt;
  return Request{true, "/v1/drain", ordered_json{{"on", !off}}.dump(), {}};
}

// The host may run in another folder, so it gets absolute paths.
std::string absolute(const std::string& file) { return std::filesystem::absolute(file).string(); }

// Requests with a name. Without one, `swap` is for the release that `current` points to, and
// `contracts` for the running one.
std::optional<Request> named_request(const CommandLine& line) {
  const std::string release = line.arguments.size() == 2 ? line.arguments[1] : "";
  if (line.arguments[0] == "swap") {
    const ordered_json body = {{"release", release}, {"dry_run", line.dry_run}};
    return Request{true, "/v1/swap", body.dump(), {}};
  }
  if (line.arguments[0] == "contracts") {
    return Request{false, "/v1/contracts", "", {{"release", release}}};
  }
  if (line.arguments[0] == "backup" && line.arguments.size() == 2) {
    const ordered_json body = {{"file", absolute(line.arguments[1])}};
    return Request{true, "/v1/backup", body.dump(), {}};
  }
  return std::nullopt;
}

std::optional<Request> ledger_request(const std::vector<std::string>& arguments) {
  const bool audit = arguments.size() == 2 && arguments[1] == "audit";
  if (audit) return Request{false, "/v1/ledger/audit", "", {}};
  if (arguments.size() < 3 || arguments.size() > 4 || arguments[1] != "history") {
    return std::nullopt;
  }
  Request request{false, "/v1/ledger/history", "", {{"account", arguments[2]}}};
  if (arguments.size() == 4) request.query.emplace("before", arguments[3]);
  return request;
}

// The other requests about matches need no running host (ctl_match.hpp).
std::optional<Request> match_request(const std::vector<std::string>& arguments) {
  if (arguments.size() == 4 && arguments[1] == "dump") {
    const ordered_json body = {{"match_id", arguments[2]}, {"folder", absolute(arguments[3])}};
    return Request{true, "/v1/matches/dump", body.dump(), {}};
  }
  if (arguments.size() == 3 && arguments[1] == "fork") {
    return Request{
        true, "/v1/matches/fork", ordered_json{{"folder", absolute(arguments[2])}}.dump(), {}};
  }
  return std::nullopt;
}

std::optional<Request> player_request(const CommandLine& line) {
  const auto& arguments = line.arguments;
  if (arguments.size() == 4 && arguments[1] == "export") {
    const ordered_json body = {{"user_id", arguments[2]}, {"file", absolute(arguments[3])}};
    return Request{true, "/v1/player/export", body.dump(), {}};
  }
  if (arguments.size() != 3) return std::nullopt;
  if (arguments[1] == "import") {
    const ordered_json body = {{"file", absolute(arguments[2])}};
    return Request{true, "/v1/player/import", body.dump(), {}};
  }
  if (arguments[1] == "erase" && line.yes) {
    const ordered_json body = {{"user_id", arguments[2]}};
    return Request{true, "/v1/player/erase", body.dump(), {}};
  }
  return std::nullopt;
}

// True when only --yes is missing.
bool wants_yes(const CommandLine& line) {
  const auto& arguments = line.arguments;
  return arguments.size() == 3 && arguments[0] == "player" && arguments[1] == "erase" && !line.yes;
}

std::optional<Request> to_request(const CommandLine& line) {
  const auto& arguments = line.arguments;
  if (arguments.empty()) return std::nullopt;
  if (arguments[0] == "config") return config_request(line);
  if (arguments[0] == "drain") return drain_request(arguments);
  if (arguments[0] == "ledger") return ledger_request(arguments);
  if (arguments[0] == "match") return match_request(arguments);
  if (arguments[0] == "player") return player_request(line);
  if (arguments.size() > 2) return std::nullopt;
  if (auto request = named_request(line)) return request;
  if (arguments.size() != 1) return std::nullopt;
  if (arguments[0] == "rollback") return Request{true, "/v1/rollback", "{}", {}};
  if (arguments[0] == "reload") return Request{true, "/v2/runtimes/reload", "{}", {}};
  for (const auto& [name, path] : kReads) {
    if (arguments[0] == name) return Request{false, path, "", {}};
  }
  return std::nullopt;
}

Result<std::string> find_token(const CommandLine& line, const Settings& settings) {
  if (!line.token_file.empty()) {
    auto text = read_config_text(line.token_file);
    if (text) text->resize(trimmed_end(*text, " \r\n").size());
    return text;
  }
  if (!settings.text("admin.token").empty()) return settings.text("admin.token");
  return read_admin_token(settings.text("data.dir"));
}

bool is_given(const SettingSources& sources, std::string_view name) {
  for (const SettingOverride& given : sources.overrides) {
    if (given.name == name) return true;
  }
  return false;
}

// The address that the host has written to its data directory takes precedence over the
// configuration, in which the port may be 0.
Result<ops::AdminTarget> find_host(const CommandLine& line, const SettingSources& sources) {
  auto settings = Settings::load(sources);
  if (!settings) return settings.error();
  std::string where = settings->text("admin.listen");
  if (!is_given(sources, "admin.listen")) {
    auto bound = read_ops_address(settings->text("data.dir"));
    if (bound) where = *bound;
  }
  auto address = parse_address(where);
  if (!address) return address.error();
  const bool any = address->address.empty() || address->address == "0.0.0.0";
  auto token = find_token(line, *settings);
  // A missing token is no error here: health needs none, and for other requests the host replies
  // that one is needed.
  return ops::AdminTarget{
      any ? "127.0.0.1" : address->address, address->port, token ? *token : std::string()};
}

void print_json(const std::string& text) {
  const ordered_json parsed = ordered_json::parse(text, nullptr, false);
  const std::string shown = parsed.is_discarded() ? text : parsed.dump(2);
  std::printf("%s\n", shown.c_str());
}

ExitCode failed(const Error& error) {
  std::fprintf(stderr, "host: %s\n", error.detail.c_str());
  return error.kind == ErrorKind::host_unreachable ? ExitCode::no_host : ExitCode::failed;
}

// Prints the answer, or writes contracts to the folder of --out. Returns an error when a dry run
// reports a refusal, and when a swap has a note.
Result<> show(const CommandLine& line, const std::string& answer) {
  if (line.arguments[0] == "modules" && !line.as_json) {
    std::fputs(modules_for_people(answer).c_str(), stdout);
    return success();
  }
  if (line.arguments[0] != "contracts" || line.out.empty()) {
    print_json(answer);
    const ordered_json parsed = ordered_json::parse(answer, nullptr, false);
    const bool refused = line.dry_run && parsed.is_object() &&
                         parsed.value("verdict", "") == verdict_text(swap::SwapOutcome::refused);
    if (refused) return {Errc::failed_precondition, "the swap would be refused"};
    if (line.arguments[0] == "ledger" && parsed.is_object() && parsed.contains("faults") &&
        !parsed["faults"].empty()) {
      return {Errc::data_loss, "the ledger breaks its rules"};
    }
    const bool moves = line.arguments[0] == "swap" || line.arguments[0] == "rollback";
    return moves ? judge_note(parsed) : success();
  }
  const auto files = release::parse_contracts(answer);
  if (!files) return files.error();
  return write_contracts(line.out, *files);
}

}  // namespace

ExitCode run_ctl(const Invocation& invocation) {
  const CommandLine& line = invocation.line;
  const auto request = to_request(line);
  if (!request) {
    if (wants_yes(line)) std::fputs("ctl player erase deletes for ever: add --yes\n", stderr);
    std::fputs(kUsage, stderr);
    return ExitCode::usage;
  }
  const auto target = find_host(line, setting_sources(invocation));
  if (!target) {
    std::fprintf(stderr, "host: %s\n", target.error().detail.c_str());
    return ExitCode::config;
  }
  const ops::AdminClient client(*target);
  if (line.arguments[0] == "swap" && line.follow && !line.dry_run) {
    const auto followed = follow_swap(client, request->body, line.as_json);
    return followed ? ExitCode::ok : failed(followed.error());
  }
  const auto answer = request->post ? client.post(request->path, request->body)
                                    : client.get(request->path, request->query);
  const Result<> shown = answer ? show(line, *answer) : Result<>(answer.error());
  return shown ? ExitCode::ok : failed(shown.error());
}

}  // namespace serai::app
