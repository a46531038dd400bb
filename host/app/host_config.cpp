#include "app/host_config.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "base/loopback.hpp"
#include "base/parse_number.hpp"
#include "ops/json_log.hpp"

namespace serai::app {
namespace {

using std::chrono::milliseconds;

// Bytes of a request's header that a session token must leave free. The header fields of a browser
// take about 900 bytes, and the path and query count too.
constexpr std::uint32_t kOtherHeaderBytes = 1536;

// The default keys of all samples and client libraries. Everybody has them, so they are allowed on
// a developer's machine only.
struct WellKnownKey {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<WellKnownKey, 4> kWellKnownKeys = {{
    {"socket.server_key", "defaultkey"},
    {"runtime.http_key", "defaulthttpkey"},
    {"session.encryption_key", "defaultencryptionkey"},
    {"session.refresh_encryption_key", "defaultrefreshencryptionkey"},
}};

// Even 32 random hexadecimal digits (128 bits) cannot be guessed.
constexpr std::size_t kSecretBytesMin = 32;
constexpr std::array<std::string_view, 5> kSecrets = {"socket.server_key",
                                                      "runtime.http_key",
                                                      "session.encryption_key",
                                                      "session.refresh_encryption_key",
                                                      "admin.token"};

milliseconds ms(const Settings& settings, std::string_view name) {
  return milliseconds(settings.integer(name));
}

std::uint32_t u32(const Settings& settings, std::string_view name) {
  return static_cast<std::uint32_t>(settings.integer(name));
}

// Refuses secrets that can be guessed, and the same secret in two places.
Result<> check_own_keys(const Settings& settings) {
  for (const std::string_view name : kSecrets) {
    const std::string& text = settings.text(name);
    if (text.empty()) continue;  // only the admin token may be; the host makes a random one
    if (text.size() < kSecretBytesMin) {
      return settings.wrong(name,
                            "has " + std::to_string(text.size()) +
                                " bytes; outside the development profile it must have at least " +
                                std::to_string(kSecretBytesMin) +
                                ", for example from: openssl rand -hex 32");
    }
    for (const std::string_view other : kSecrets) {
      if (other == name) break;
      if (text != settings.text(other)) continue;
      return settings.wrong(
          name,
          "must differ from " + std::string(other) + ", so that one stolen key does not open both");
    }
  }
  return success();
}

Result<> check_keys(const Settings& settings, std::string_view profile) {
  for (const WellKnownKey& key : kWellKnownKeys) {
    if (settings.text(key.name).empty()) {
      return settings.wrong(key.name, "is empty; set a secret, for example file:<path>");
    }
    if (profile != kDevelopment && settings.text(key.name) == key.text) {
      return settings.wrong(key.name,
                            "is the well-known \"" + std::string(key.text) +
                                "\"; only the development profile may use it");
    }
  }
  if (settings.text("session.encryption_key") == settings.text("session.refresh_encryption_key")) {
    return settings.wrong(
        "session.refresh_encryption_key",
        "must differ from session.encryption_key: a refresh token would pass for a "
        "session token");
  }
  return profile == kDevelopment ? success() : check_own_keys(settings);
}

Result<HostAddress> address(const Settings& settings, std::string_view name) {
  auto parsed = parse_address(settings.text(name));
  if (!parsed) return settings.wrong(name, parsed.error().detail);
  return parsed;
}

// Splits "a, b" into two names.
std::vector<std::string> names(std::string_view list) {
  std::vector<std::string> all;
  while (!list.empty()) {
    std::string_view name = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), name.size() + 1));
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    if (!name.empty()) all.emplace_back(name);
  }
  return all;
}

net::HttpLimits http_limits(const Settings& settings) {
  net::HttpLimits limits;
  limits.header_bytes_max = u32(settings, "socket.max_header_size_bytes");
  limits.body_bytes_max = u32(settings, "socket.max_request_size_bytes");
  limits.inflated_bytes_max = u32(settings, "socket.max_inflated_size_bytes");
  limits.read_timeout = ms(settings, "socket.read_timeout_ms");
  limits.write_timeout = ms(settings, "socket.write_timeout_ms");
  limits.idle_timeout = ms(settings, "socket.idle_timeout_ms");
  return limits;
}

net::SocketLimits socket_limits(const Settings& settings) {
  net::SocketLimits limits;
  limits.message_bytes_max = u32(settings, "socket.max_message_size_bytes");
  limits.queue_messages_max = u32(settings, "socket.outgoing_queue_size");
  limits.ping_backoff_messages = u32(settings, "socket.ping_backoff_threshold");
  limits.ping_period = ms(settings, "socket.ping_period_ms");
  limits.pong_wait = ms(settings, "socket.pong_wait_ms");
  limits.write_wait = ms(settings, "socket.write_wait_ms");
  limits.close_ack_wait = ms(settings, "socket.close_ack_wait_ms");
  return limits;
}

Result<net::ListenerOptions> listener_options(const Settings& settings) {
  auto where = address(settings, "socket.listen");
  if (!where) return where.error();
  net::ListenerOptions options;
  options.address = where->address;
  options.port = where->port;
  options.http = http_limits(settings);
  options.socket = socket_limits(settings);
  options.held = {static_cast<std::uint64_t>(settings.integer("limits.held_bytes")),
                  u32(settings, "limits.player_held_bytes")};
  options.connections_max = u32(settings, "socket.max_connections");
  options.connections_per_ip_max = u32(settings, "socket.max_connections_per_ip");
  options.certificate_file = settings.text("socket.ssl_certificate");
  options.key_file = settings.text("socket.ssl_private_key");
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return settings.wrong("socket.ssl_certificate", "and socket.ssl_private_key go together");
  }
  if (options.socket.ping_period >= options.socket.pong_wait) {
    return settings.wrong("socket.ping_period_ms", "must be below socket.pong_wait_ms");
  }
  return options;
}

// A rate in requests; two seconds' worth may come at once.
RateLimit rate_limit(const Settings& settings, std::string_view key) {
  const auto per_second = static_cast<double>(settings.integer(key));
  return {per_second, 2 * per_second};
}

// A rate in bytes; four seconds' worth may come at once.
RateLimit bytes_rate(const Settings& settings, std::string_view key) {
  const auto per_second = static_cast<double>(settings.integer(key));
  return {per_second, 4 * per_second};
}

runtime::RuntimeLimits runtime_limits(const Settings& settings) {
  runtime::RuntimeLimits limits;
  limits.mailbox_messages = u32(settings, "limits.mailbox_messages");
  limits.mailbox_messages_per_caller = u32(settings, "limits.mailbox_messages_per_caller");
  limits.entity_timers = u32(settings, "limits.entity_timers");
  limits.state_bytes = u32(settings, "limits.state_bytes");
  limits.reply_bytes = u32(settings, "limits.reply_bytes");
  limits.kept_answer_bytes = u32(settings, "limits.kept_answer_bytes");
  limits.run_effects = u32(settings, "limits.run_effects");
  limits.run_effect_bytes = u32(settings, "limits.run_effect_bytes");
  limits.recent_answer_bytes = u32(settings, "limits.recent_answer_bytes");
  limits.player_busy_ms_per_sec = u32(settings, "limits.player_busy_ms_per_sec");
  limits.player_written_bytes_per_sec = u32(settings, "limits.player_written_bytes_per_sec");
  limits.player_entities_per_min = u32(settings, "limits.player_entities_per_min");
  limits.player_answer_bytes_per_hour = u32(settings, "limits.player_answer_bytes_per_hour");
  return limits;
}

storage::WaitingLimits waiting_limits(const Settings& settings) {
  storage::WaitingLimits limits;
  limits.bytes_max = static_cast<std::uint64_t>(settings.integer("limits.waiting_bytes"));
  limits.writes_max = u32(settings, "limits.waiting_writes");
  limits.player_bytes_max = u32(settings, "limits.player_waiting_bytes");
  limits.player_writes_max = u32(settings, "limits.player_waiting_writes");
  return limits;
}

storage::Retention retention_of(const Settings& settings) {
  const auto days = [&settings](std::string_view name) {
    return std::chrono::hours(24 * settings.integer(name));
  };
  storage::Retention keep;
  keep.answers = std::chrono::hours(settings.integer("storage.answer_hours"));
  keep.notifications = days("storage.notification_days");
  keep.outbox = days("storage.outbox_days");
  keep.journal = days("storage.journal_days");
  keep.player_notifications = u32(settings, "limits.player_notifications");
  return keep;
}

runtime::RuntimeOptions runtime_options(const Settings& settings) {
  runtime::RuntimeOptions options;
  options.handler_budget_ms = u32(settings, "runtime.handler_budget_ms");
  options.call_deadline_ms = u32(settings, "runtime.call_deadline_ms");
  options.client_deadline_ms = u32(settings, "runtime.client_deadline_ms");
  options.write_behind_ms = u32(settings, "runtime.write_behind_ms");
  options.journal_ms = u32(settings, "runtime.journal_ms");
  options.migrate_slice_us = u32(settings, "runtime.migrate_slice_us");
  options.barrier_ms = u32(settings, "runtime.barrier_ms");
  options.limits = runtime_limits(settings);
  options.record_inputs = settings.flag("runtime.record_inputs");
  return options;
}

session::SessionOptions session_options(const Settings& settings) {
  session::SessionOptions options;
  options.server_key = settings.text("socket.server_key");
  options.http_key = settings.text("runtime.http_key");
  options.encryption_key = settings.text("session.encryption_key");
  options.refresh_encryption_key = settings.text("session.refresh_encryption_key");
  options.token_expiry = std::chrono::seconds(settings.integer("session.token_expiry_sec"));
  options.refresh_token_expiry =
      std::chrono::seconds(settings.integer("session.refresh_token_expiry_sec"));
  options.token_bytes_max = u32(settings, "socket.max_header_size_bytes") - kOtherHeaderBytes;
  options.guesses = {u32(settings, "session.max_wrong_passwords_per_account_hour"),
                     u32(settings, "session.max_wrong_passwords_per_address_hour")};
  options.sockets_max = u32(settings, "limits.player_sockets");
  options.devices_max = u32(settings, "limits.player_devices");
  options.relayed_matches_max = u32(settings, "limits.player_relayed_matches");
  options.presence_changes_per_sec = u32(settings, "limits.player_presence_changes_per_sec");
  options.socket_matches_max = u32(settings, "limits.socket_matches");
  options.follows_max = u32(settings, "limits.socket_follows");
  options.messages_under_way_max = u32(settings, "limits.sender_messages_under_way");
  options.single_socket = settings.flag("session.single_socket");
  options.single_match = settings.flag("session.single_match");
  options.single_session = settings.flag("session.single_session");
  options.resume.keep_ms = u32(settings, "session.resume_ms");
  options.resume.bounds = {u32(settings, "session.resume_messages"),
                           u32(settings, "session.resume_bytes"),
                           settings.integer("session.resume_age_ms")};
  options.resume.memory_bytes_max =
      static_cast<std::uint64_t>(settings.integer("limits.resume_bytes"));
  return options;
}

swap::ProbationLimits probation_limits(const Settings& settings) {
  const auto percent = [&](const char* key) {
    return static_cast<double>(settings.integer(key)) / 100.0;
  };
  swap::ProbationLimits limits;
  limits.failure_rate_over = percent("swap.probation_failure_percent");
  limits.refusal_rate_over = percent("swap.probation_refusal_percent");
  limits.overrun_rate_over = percent("swap.probation_overrun_percent");
  limits.late_tick_rate_over = percent("swap.probation_late_tick_percent");
  limits.unreadable_min = u32(settings, "swap.probation_unreadable_min");
  limits.latency_times = percent("swap.probation_latency_percent");
  return limits;
}

swap::SwapOptions swap_options(const Settings& settings) {
  swap::SwapOptions options;
  options.release = settings.text("modules.dir");
  options.data = settings.text("data.dir");
  options.probe = probe_options(settings);
  options.dormant_sample = u32(settings, "swap.dormant_sample");
  options.refused_kept = u32(settings, "swap.refused_kept");
  options.still_mapped_max = u32(settings, "swap.still_mapped_max");
  options.probation = ms(settings, "swap.probation_ms");
  options.limits = probation_limits(settings);
  return options;
}

std::uint32_t count_shards(const Settings& settings) {
  const std::uint32_t asked = u32(settings, "shards.count");
  return asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

rehearsal::ProbeOptions probe_options(const Settings& settings) {
  rehearsal::ProbeOptions options;
  options.total_max = ms(settings, "swap.rehearse_timeout_ms");
  options.silence_max = ms(settings, "swap.rehearse_silence_ms");
  // The probe has one thread, so its time limit is also its limit of CPU time.
  options.cpu_s_max = static_cast<std::uint32_t>(
      std::chrono::ceil<std::chrono::seconds>(options.total_max).count());
  options.memory_bytes_max = std::uint64_t{u32(settings, "swap.rehearse_memory_mb")} << 20;
  return options;
}

Result<rehearsal::ProbeOptions> rehearsal_limits(const Invocation& invocation) {
  if (!has_config(invocation)) return rehearsal::ProbeOptions();
  const auto settings = Settings::load(setting_sources(invocation));
  if (!settings) return settings.error();
  return probe_options(*settings);
}

Result<HostAddress> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return Error{Errc::invalid_argument, "must be ADDR:PORT, not \"" + std::string(text) + "\""};
  }
  std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return Error{Errc::invalid_argument, "must have its IPv6 address in [brackets]"};
  }
  const std::string_view digits = text.substr(colon + 1);
  const auto port = parse_number<std::uint16_t>(digits);
  if (!port) {
    return Error{Errc::invalid_argument,
                 "must end in a port from 0 to 65535, not \"" + std::string(digits) + "\""};
  }
  return HostAddress{std::string(host), *port};
}

Result<HostConfig> HostConfig::make(const Settings& settings, std::string_view profile) {
  if (auto checked = check_keys(settings, profile); !checked) return checked.error();
  HostConfig config;
  config.node = settings.text("node.name");
  const auto level = ops::parse_log_level(settings.text("log.level"));
  if (!level)
    return settings.wrong("log.level", "must be trace, debug, info, warn, error or fatal");
  config.log_level = *level;
  auto database = database_place(settings);
  if (!database) return database.error();
  config.data_dir = settings.text("data.dir");
  config.database = *std::move(database);
  auto listener = listener_options(settings);
  if (!listener) return listener.error();
  config.listener = *listener;
  auto ops = address(settings, "admin.listen");
  if (!ops) return ops.error();
  config.ops = {
      ops->address, ops->port, settings.text("admin.token"), names(settings.text("admin.hosts"))};
  config.shard_count = count_shards(settings);
  config.session = session_options(settings);
  if (config.session.single_match && !config.session.single_socket) {
    return settings.wrong("session.single_match", "needs session.single_socket");
  }
  config.rest.per_user = rate_limit(settings, "socket.max_requests_per_user_sec");
  config.rest.per_address = rate_limit(settings, "socket.max_logins_per_address_sec");
  config.realtime.per_socket = rate_limit(settings, "socket.max_messages_per_socket_sec");
  config.rest.body_bytes = bytes_rate(settings, "limits.player_body_bytes_per_sec");
  config.rest.answer_bytes = bytes_rate(settings, "limits.player_sent_bytes_per_sec");
  config.runtime = runtime_options(settings);
  config.waiting = waiting_limits(settings);
  config.retention = retention_of(settings);
  config.swap = swap_options(settings);
  config.swap.development = profile == kDevelopment;
  config.shutdown_grace = ms(settings, "shutdown.grace_ms");
  config.shutdown_force = ms(settings, "shutdown.force_ms");
  config.development_keys_exposed =
      profile == kDevelopment && !is_loopback(config.listener.address);
  return config;
}

}  // namespace serai::app
