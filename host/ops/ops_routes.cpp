#include "ops/ops_routes.hpp"

#include <httplib.h>
#include <openssl/crypto.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/json_text.hpp"
#include "ops/prometheus_metrics.hpp"

namespace serai {
namespace {

using nlohmann::json;

constexpr char kJson[] = "application/json";
constexpr std::chrono::milliseconds kHeartbeat{1'000};

int http_status(Errc code) {
  switch (code) {
    case Errc::ok:
      return 200;
    case Errc::invalid_argument:
    case Errc::out_of_range:
      return 400;
    case Errc::unauthenticated:
      return 401;
    case Errc::permission_denied:
      return 403;
    case Errc::not_found:
      return 404;
    case Errc::already_exists:
    case Errc::aborted:
    case Errc::failed_precondition:
      return 409;
    case Errc::resource_exhausted:
      return 429;
    case Errc::unimplemented:
      return 501;
    case Errc::unavailable:
      return 503;
    case Errc::deadline_exceeded:
      return 504;
    default:
      return 500;
  }
}

void answer_error(const Error& error, httplib::Response& response) {
  std::string body = R"({"code":)" + std::to_string(static_cast<int>(error.code)) + R"(,"error":)";
  append_json_string(error.detail, body);
  body += '}';
  response.status = http_status(error.code);
  response.set_content(body, kJson);
}

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

// The named text member of a JSON object body; an empty body counts as {}.
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

void OpsRoutes::install(httplib::Server& server) {
  install_health(server);
  install_reads(server);
  install_changes(server);
  install_events(server);
  install_errors(server);
}

void OpsRoutes::health(bool healthy, const std::string& body, httplib::Response& response) const {
  response.status = healthy ? 200 : 503;
  response.set_content(body, kJson);
}

void OpsRoutes::install_health(httplib::Server& server) {
  server.Get("/healthz/live", [this](const httplib::Request&, httplib::Response& response) {
    const bool alive = ports_.host.is_alive();
    health(alive, alive ? R"({"live":true})" : R"({"live":false})", response);
  });
  const auto ready = [this](const httplib::Request&, httplib::Response& response) {
    const bool serving = ports_.host.is_ready();
    health(serving, serving ? R"({"ready":true})" : R"({"ready":false})", response);
  };
  server.Get("/healthz/ready", ready);
  server.Get("/v2/health", ready);
  server.Get("/healthz/runtime", [this](const httplib::Request&, httplib::Response& response) {
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
    health(healthy, body, response);
  });
  server.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
    response.set_content(ports_.metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
  });
}

void OpsRoutes::install_reads(httplib::Server& server) {
  const auto get = [&](const char* path, Action action) {
    server.Get(path,
               [this, action = std::move(action)](const httplib::Request& request,
                                                  httplib::Response& response) {
                 run(action, request, response);
               });
  };
  get("/v1/status", [this](const auto&) { return Result(ports_.host.status()); });
  get("/v1/modules", [this](const auto&) { return Result(ports_.releases.status()); });
  get("/v1/releases", [this](const auto&) { return Result(ports_.releases.releases()); });
  get("/v1/contracts", [this](const httplib::Request& request) {
    return ports_.releases.contracts(request.get_param_value("release"));
  });
  get("/v1/matches", [this](const auto&) { return Result(ports_.host.matches()); });
  get("/v1/sessions", [this](const auto&) { return Result(ports_.host.sessions()); });
  get("/v1/config", [this](const httplib::Request& request) {
    return Result(ports_.host.config(request.has_param("origin")));
  });
}

void OpsRoutes::install_changes(httplib::Server& server) {
  const auto post = [&](const char* path, Action action) {
    server.Post(path,
                [this, path, action = std::move(action)](const httplib::Request& request,
                                                         httplib::Response& response) {
                  run(action, request, response);
                  log_.info("admin.requested", {{"path", path}, {"status", response.status}});
                });
  };
  post("/v1/swap", [this](const httplib::Request& request) -> Result<std::string> {
    auto release = text_member(request.body, "release", false);
    if (!release) return release.error();
    auto dry_run = text_member(request.body, "dry_run", false);
    if (!dry_run) return dry_run.error();
    if (*dry_run == "true") return ports_.releases.dry_run(*release);
    return ports_.releases.swap(*release);
  });
  post("/v1/rollback", [this](const auto&) { return ports_.releases.rollback(); });
  post("/v1/drain", [this](const httplib::Request& request) -> Result<std::string> {
    auto on = text_member(request.body, "on", false);
    if (!on) return on.error();
    if (*on != "" && *on != "true" && *on != "false") {
      return Error{Errc::invalid_argument, "\"on\" must be true or false"};
    }
    ports_.host.drain(*on != "false");
    return ports_.host.status();
  });
  post("/v1/config", [this](const httplib::Request& request) { return change_config(request); });
  post("/v2/runtimes/reload", [this](const auto&) -> Result<std::string> {
    if (auto reloaded = ports_.host.reload(); !reloaded) return reloaded.error();
    return ports_.releases.status();
  });
}

Result<std::string> OpsRoutes::change_config(const httplib::Request& request) {
  auto key = text_member(request.body, "key", true);
  if (!key) return key.error();
  auto value = text_member(request.body, "value", true);
  if (!value) return value.error();
  return ports_.host.set_config(*key, *value);
}

void OpsRoutes::install_events(httplib::Server& server) {
  server.Get("/v2/swaps/events",
             [this](const httplib::Request& request, httplib::Response& response) {
               if (admit(request, response)) stream_events(response);
             });
}

// First where the host is, then what happens, until either side has enough.
void OpsRoutes::stream_events(httplib::Response& response) {
  const auto watcher = ports_.feed.join();
  if (!watcher) return answer_error(watcher.error(), response);
  response.set_header("Cache-Control", "no-store");
  const auto write = [](httplib::DataSink& sink, const std::string& text) {
    return sink.write(text.data(), text.size());
  };
  response.set_chunked_content_provider(
      "text/event-stream",
      [this, write, id = *watcher](std::size_t offset, httplib::DataSink& sink) {
        if (offset == 0) return write(sink, EventFeed::frame("status", ports_.releases.status()));
        const auto text = ports_.feed.next(id, kHeartbeat);
        if (!text) {
          sink.done();
          return true;
        }
        // A comment: finds out whether the other end is still there.
        return write(sink, text->empty() ? ":\n\n" : *text);
      },
      [this, id = *watcher](bool /*whole*/) { ports_.feed.leave(id); });
}

void OpsRoutes::install_errors(httplib::Server& server) {
  server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty()) return;
    const Errc code = response.status == 404   ? Errc::not_found
                      : response.status == 413 ? Errc::out_of_range
                                               : Errc::invalid_argument;
    const int status = response.status;
    answer_error({code, "no answer for " + request.method + " " + request.path}, response);
    response.status = status;
  });
  server.set_exception_handler([this](const httplib::Request& request,
                                      httplib::Response& response,
                                      const std::exception_ptr&) {
    log_.error("admin.failed", {{"path", request.path}});
    answer_error({Errc::internal, "the request failed; see the log"}, response);
  });
}

void OpsRoutes::run(const Action& action,
                    const httplib::Request& request,
                    httplib::Response& response) {
  if (!admit(request, response)) return;
  auto result = action(request);
  if (!result) {
    answer_error(result.error(), response);
    return;
  }
  response.status = 200;
  response.set_content(*result, kJson);
}

bool OpsRoutes::admit(const httplib::Request& request, httplib::Response& response) const {
  if (is_operator(request)) return true;
  response.set_header("WWW-Authenticate", "Bearer realm=\"serai admin\"");
  answer_error({Errc::unauthenticated, "this path needs the admin token"}, response);
  return false;
}

bool OpsRoutes::is_operator(const httplib::Request& request) const {
  static constexpr std::string_view kScheme = "Bearer ";
  const std::string header = request.get_header_value("Authorization");
  if (token_.empty() || header.size() != kScheme.size() + token_.size()) return false;
  if (!header.starts_with(kScheme)) return false;
  return CRYPTO_memcmp(header.data() + kScheme.size(), token_.data(), token_.size()) == 0;
}

}  // namespace serai
