#include "ops/ops_routes.hpp"

#include <nlohmann/json.hpp>

#include "base/json_text.hpp"
#include "ops/prometheus_metrics.hpp"

namespace serai::ops {
namespace {

using nlohmann::json;
using Place = OpsRoute::Place;

void append_modules(const std::vector<RunningModule>& modules, std::string& out) {
  out += '[';
  for (const RunningModule& module : modules) {
    if (out.back() != '[') out += ',';
    out += R"({"name":)";
    append_json_string(module.name, out);
    out += R"(,"version":)";
    append_json_string(module.version, out);
    out += R"(,"generation":)" + std::to_string(module.generation) + '}';
  }
  out += ']';
}

OpsAnswer health(bool healthy, std::string body) {
  return {.status = healthy ? 200 : 503, .body = std::move(body)};
}

// Reads a member of the JSON object in `body` as text; an empty body counts as {}. A missing member
// is an error when it is `required`, otherwise an empty text.
Result<std::string> text_member(const std::string& body, const char* name, bool required) {
  const json parsed = json::parse(body.empty() ? "{}" : body, nullptr, false);
  if (!parsed.is_object()) {
    return Error{Errc::invalid_argument, "the body must be one JSON object"};
  }
  const auto found = parsed.find(name);
  if (found == parsed.end()) {
    if (!required) return std::string();
    return Error{Errc::invalid_argument, std::string("the body lacks \"") + name + "\""};
  }
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number_integer() || found->is_boolean()) return found->dump();
  return Error{Errc::invalid_argument, std::string("\"") + name + "\" must be text"};
}

}  // namespace

OpsRoutes::OpsRoutes(OpsPorts ports, Log log) : ports_(ports), log_(log) {
  add_health();
  add_reads();
  add_changes();
  add_copies();
}

const OpsRoute* OpsRoutes::find(const std::string& method, const std::string& path) const {
  const auto found = routes_.find({method == "HEAD" ? "GET" : method, path});
  return found == routes_.end() ? nullptr : &found->second;
}

std::string OpsRoutes::methods_of(const std::string& path) const {
  std::string methods;
  for (const auto& [asked, route] : routes_) {
    if (asked.second != path) continue;
    if (!methods.empty()) methods += ", ";
    methods += asked.first == "GET" ? "GET, HEAD" : asked.first;
  }
  return methods;
}

void OpsRoutes::add(const char* method, const char* path, OpsRoute route) {
  route.answer = [this, path, answer = std::move(route.answer)](const OpsRequest& request) {
    try {
      return answer(request);
    } catch (const std::exception& thrown) {
      log_.error("admin.failed", {{"path", path}, {"reason", thrown.what()}});
      return error_answer({Errc::internal, "the request failed; see the log"});
    }
  };
  routes_[{method, path}] = std::move(route);
}

void OpsRoutes::add(const char* method, const char* path, Action action) {
  const bool changes = std::string_view(method) == "POST";
  OpsRoute route;
  route.answer = [this, path, changes, action = std::move(action)](const OpsRequest& request) {
    auto result = action(request);
    OpsAnswer answer =
        result ? OpsAnswer{.body = *std::move(result)} : error_answer(result.error());
    if (changes) log_.info("admin.requested", {{"path", path}, {"status", answer.status}});
    return answer;
  };
  add(method, path, std::move(route));
}

void OpsRoutes::add_health() {
  const auto open = [this](const char* path, Place place, auto answer) {
    add("GET", path, {place, false, [this, answer](const OpsRequest&) { return answer(*this); }});
  };
  open("/healthz/live", Place::at_once, [](const OpsRoutes& self) {
    const bool alive = self.ports_.host.is_alive();
    return health(alive, alive ? R"({"live":true})" : R"({"live":false})");
  });
  for (const char* path : {"/healthz/ready", "/v2/health"}) {
    open(path, Place::at_once, [](const OpsRoutes& self) {
      const bool serving = self.ports_.host.is_ready();
      return health(serving, serving ? R"({"ready":true})" : R"({"ready":false})");
    });
  }
  open("/healthz/runtime", Place::health, [](const OpsRoutes& self) {
    return self.runtime_health();
  });
  open("/metrics", Place::metrics, [](const OpsRoutes& self) {
    return OpsAnswer{.body = self.ports_.metrics.text(),
                     .type = "text/plain; version=0.0.4; charset=utf-8"};
  });
}

OpsAnswer OpsRoutes::runtime_health() const {
  bool healthy = true;
  std::string body = R"({"dependencies":{)";
  for (const DependencyHealth& dependency : ports_.host.dependencies()) {
    if (body.back() != '{') body += ',';
    append_json_string(dependency.name, body);
    body += ':';
    append_json_string(dependency.healthy ? "ok" : dependency.detail, body);
    healthy = healthy && dependency.healthy;
  }
  body += R"(},"modules":)";
  append_modules(ports_.releases.modules(), body);
  body += healthy ? R"(,"healthy":true})" : R"(,"healthy":false})";
  return health(healthy, std::move(body));
}

void OpsRoutes::add_reads() {
  const auto get = [this](const char* path, Action action) { add("GET", path, std::move(action)); };
  get("/v1/status", [this](const auto&) { return Result(ports_.host.status()); });
  get("/v1/modules", [this](const auto&) { return Result(ports_.releases.status()); });
  get("/v1/releases", [this](const auto&) { return Result(ports_.releases.releases()); });
  get("/v1/contracts", [this](const OpsRequest& request) {
    const auto release = request.query.find("release");
    return ports_.releases.contracts(release == request.query.end() ? "" : release->second);
  });
  get("/v1/matches", [this](const auto&) { return Result(ports_.host.matches()); });
  get("/v1/sessions", [this](const auto&) { return Result(ports_.host.sessions()); });
  get("/v1/timers", [this](const auto&) { return Result(ports_.host.timers()); });
  get("/v1/ledger/audit", [this](const auto&) { return ports_.host.ledger_audit(); });
  get("/v1/ledger/history", [this](const OpsRequest& request) {
    const auto text = [&](const char* name) {
      const auto found = request.query.find(name);
      return found == request.query.end() ? std::string() : found->second;
    };
    return ports_.host.ledger_history(text("account"), text("before"));
  });
  get("/v1/config", [this](const OpsRequest& request) {
    return Result(ports_.host.config(request.query.contains("origin")));
  });
  OpsRoute events;
  events.answer = [this](const OpsRequest&) { return begin_events(); };
  add("GET", "/v2/swaps/events", std::move(events));
}

// Answers with the present state. The events follow until either side ends the stream.
OpsAnswer OpsRoutes::begin_events() const {
  const auto watcher = ports_.feed.join();
  if (!watcher) return error_answer(watcher.error());
  return {.body = EventFeed::frame("status", ports_.releases.status()),
          .type = "text/event-stream",
          .more_header = "Cache-Control: no-store",
          .watcher = *watcher};
}

void OpsRoutes::add_changes() {
  const auto post = [this](const char* path, Action action) {
    add("POST", path, std::move(action));
  };
  post("/v1/swap", [this](const OpsRequest& request) -> Result<std::string> {
    auto release = text_member(request.body, "release", false);
    if (!release) return release.error();
    auto dry_run = text_member(request.body, "dry_run", false);
    if (!dry_run) return dry_run.error();
    if (*dry_run == "true") return ports_.releases.dry_run(*release);
    return ports_.releases.swap(*release);
  });
  post("/v1/rollback", [this](const auto&) { return ports_.releases.rollback(); });
  post("/v1/drain", [this](const OpsRequest& request) -> Result<std::string> {
    auto on = text_member(request.body, "on", false);
    if (!on) return on.error();
    if (*on != "" && *on != "true" && *on != "false") {
      return Error{Errc::invalid_argument, "\"on\" must be true or false"};
    }
    ports_.host.set_unready(*on != "false");
    return ports_.host.status();
  });
  post("/v1/backup", [this](const OpsRequest& request) -> Result<std::string> {
    auto file = text_member(request.body, "file", true);
    return file ? ports_.host.back_up(*file) : file.error();
  });
  post("/v1/config", [this](const OpsRequest& request) { return change_config(request); });
  post("/v2/runtimes/reload", [this](const auto&) { return ports_.host.reload(); });
}

void OpsRoutes::add_copies() {
  const auto post = [this](const char* path, Action action) {
    add("POST", path, std::move(action));
  };
  post("/v1/matches/dump", [this](const OpsRequest& request) -> Result<std::string> {
    auto match = text_member(request.body, "match_id", true);
    if (!match) return match.error();
    auto folder = text_member(request.body, "folder", true);
    return folder ? ports_.host.dump_match(*match, *folder) : folder.error();
  });
  post("/v1/matches/fork", [this](const OpsRequest& request) -> Result<std::string> {
    auto folder = text_member(request.body, "folder", true);
    return folder ? ports_.host.fork_match(*folder) : folder.error();
  });
  post("/v1/player/export", [this](const OpsRequest& request) -> Result<std::string> {
    auto user = text_member(request.body, "user_id", true);
    if (!user) return user.error();
    auto file = text_member(request.body, "file", true);
    return file ? ports_.host.export_player(*user, *file) : file.error();
  });
  post("/v1/player/import", [this](const OpsRequest& request) -> Result<std::string> {
    auto file = text_member(request.body, "file", true);
    return file ? ports_.host.import_player(*file) : file.error();
  });
  post("/v1/player/erase", [this](const OpsRequest& request) -> Result<std::string> {
    auto user = text_member(request.body, "user_id", true);
    return user ? ports_.host.erase_player(*user) : user.error();
  });
}

Result<std::string> OpsRoutes::change_config(const OpsRequest& request) const {
  auto key = text_member(request.body, "key", true);
  if (!key) return key.error();
  auto value = text_member(request.body, "value", true);
  if (!value) return value.error();
  return ports_.host.set_config(*key, *value);
}

}  // namespace serai::ops
