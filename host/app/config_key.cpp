#include "app/config_key.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "app/nearest_key.hpp"
#include "base/parse_number.hpp"

namespace serai::app {
namespace {

using enum ConfigType;
using enum ConfigUse;
using enum ConfigShow;

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kYearS = 31'536'000;
constexpr std::int64_t kYearHours = 8'760;
constexpr std::int64_t kDaysMax = 3'650;
constexpr std::int64_t kMiB = 1 << 20;

constexpr std::array kKeys = {
    ConfigKey{"node.name", text, "serai"},
    ConfigKey{"log.level", text, "info", 0, 0, live},
    ConfigKey{"data.dir", text, "data"},
    ConfigKey{"storage.url", text, "sqlite:"},
    ConfigKey{"storage.password", text, "", 0, 0, restart, secret},
    ConfigKey{"storage.answer_hours", integer, "48", 1, kYearHours},
    ConfigKey{"storage.notification_days", integer, "90", 1, kDaysMax},
    ConfigKey{"storage.outbox_days", integer, "30", 1, kDaysMax},
    ConfigKey{"storage.journal_days", integer, "7", 1, kDaysMax},
    ConfigKey{"shards.count", integer, "0", 0, 256},
    ConfigKey{"runtime.http_key", text, "", 0, 0, restart, secret},
    ConfigKey{"runtime.handler_budget_ms", integer, "20", 1, 60'000},
    ConfigKey{"runtime.call_deadline_ms", integer, "5000", 1, kDayMs},
    ConfigKey{"runtime.client_deadline_ms", integer, "10000", 1, kDayMs},
    ConfigKey{"runtime.write_behind_ms", integer, "1000", 1, 60'000},
    ConfigKey{"runtime.journal_ms", integer, "10", 1, 1'000},
    ConfigKey{"runtime.migrate_slice_us", integer, "500", 10, 100'000},
    ConfigKey{"runtime.barrier_ms", integer, "1000", 1, 60'000},
    ConfigKey{"runtime.record_inputs", flag, "true"},
    ConfigKey{"limits.mailbox_messages", integer, "256", 1, 65'536},
    ConfigKey{"limits.mailbox_messages_per_caller", integer, "64", 1, 65'536},
    ConfigKey{"limits.entity_timers", integer, "256", 1, 1'000'000},
    ConfigKey{"limits.state_bytes", integer, "1048576", 1024, 16 * kMiB},
    ConfigKey{"limits.reply_bytes", integer, "1048576", 1024, 16 * kMiB},
    ConfigKey{"limits.kept_answer_bytes", integer, "65536", 1024, 16 * kMiB},
    ConfigKey{"limits.run_effects", integer, "1024", 1, 65'536},
    ConfigKey{"limits.run_effect_bytes", integer, "4194304", 1024, 64 * kMiB},
    ConfigKey{"limits.recent_answer_bytes", integer, "33554432", kMiB, 1024 * kMiB},
    ConfigKey{"limits.waiting_bytes", integer, "67108864", kMiB, 16'384 * kMiB},
    ConfigKey{"limits.waiting_writes", integer, "65536", 1, 10'000'000},
    ConfigKey{"limits.player_waiting_bytes", integer, "4194304", 1024, 1024 * kMiB},
    ConfigKey{"limits.player_waiting_writes", integer, "1024", 1, 10'000'000},
    ConfigKey{"limits.player_sockets", integer, "16", 1, 100'000},
    ConfigKey{"limits.player_devices", integer, "16", 1, 10'000},
    ConfigKey{"limits.player_notifications", integer, "1000", 1, 1'000'000},
    ConfigKey{"limits.player_relayed_matches", integer, "64", 1, 1'000'000},
    ConfigKey{"limits.player_presence_changes_per_sec", integer, "20", 1, 1'000'000},
    ConfigKey{"limits.socket_matches", integer, "32", 1, 100'000},
    ConfigKey{"limits.socket_follows", integer, "1000", 1, 1'000'000},
    ConfigKey{"limits.sender_messages_under_way", integer, "32", 1, 100'000},
    ConfigKey{"limits.resume_bytes", integer, "67108864", kMiB, 65'536 * kMiB},
    ConfigKey{"limits.held_bytes", integer, "268435456", kMiB, 65'536 * kMiB},
    ConfigKey{"limits.player_held_bytes", integer, "8388608", 65'536, 1024 * kMiB},
    ConfigKey{"limits.player_sent_bytes_per_sec", integer, "4194304", 65'536, 1024 * kMiB},
    ConfigKey{"limits.player_body_bytes_per_sec", integer, "1048576", 4096, 1024 * kMiB},
    ConfigKey{"limits.player_busy_ms_per_sec", integer, "500", 1, 1'000'000},
    ConfigKey{"limits.player_written_bytes_per_sec", integer, "4194304", 1024, 1024 * kMiB},
    ConfigKey{"limits.player_entities_per_min", integer, "600", 1, 10'000'000},
    ConfigKey{"limits.player_answer_bytes_per_hour", integer, "16777216", 1024, 1024 * kMiB},
    ConfigKey{"modules.dir", text, "releases/current"},
    ConfigKey{"swap.rehearse_timeout_ms", integer, "300000", 100, kDayMs},
    ConfigKey{"swap.rehearse_silence_ms", integer, "10000", 100, kDayMs},
    ConfigKey{"swap.rehearse_memory_mb", integer, "4096", 256, 1'048'576},
    ConfigKey{"swap.dormant_sample", integer, "200", 0, 100'000},
    ConfigKey{"swap.refused_kept", integer, "20", 1, 10'000},
    ConfigKey{"swap.still_mapped_max", integer, "8", 1, 1'000'000},
    ConfigKey{"swap.probation_ms", integer, "30000", 0, kDayMs},
    ConfigKey{"swap.probation_failure_percent", integer, "5", 0, 100},
    ConfigKey{"swap.probation_refusal_percent", integer, "30", 0, 100},
    ConfigKey{"swap.probation_overrun_percent", integer, "25", 0, 100},
    ConfigKey{"swap.probation_late_tick_percent", integer, "5", 0, 100},
    ConfigKey{"swap.probation_unreadable_min", integer, "1", 1, 1'000'000},
    ConfigKey{"swap.probation_latency_percent", integer, "400", 100, 100'000},
    ConfigKey{"socket.listen", text, "127.0.0.1:7350"},
    ConfigKey{"socket.server_key", text, "", 0, 0, restart, secret},
    ConfigKey{"socket.max_header_size_bytes", integer, "5120", 3072, kMiB},
    ConfigKey{"socket.max_request_size_bytes", integer, "262144", 1024, 64 * kMiB},
    ConfigKey{"socket.max_inflated_size_bytes", integer, "1048576", 1024, 256 * kMiB},
    ConfigKey{"socket.max_message_size_bytes", integer, "4096", 64, 64 * kMiB},
    ConfigKey{"socket.outgoing_queue_size", integer, "64", 1, 65'536},
    ConfigKey{"socket.read_timeout_ms", integer, "10000", 10, kDayMs},
    ConfigKey{"socket.write_timeout_ms", integer, "10000", 10, kDayMs},
    ConfigKey{"socket.idle_timeout_ms", integer, "60000", 10, kDayMs},
    ConfigKey{"socket.ping_period_ms", integer, "15000", 10, kDayMs},
    ConfigKey{"socket.ping_backoff_threshold", integer, "20", 1, 65'536},
    ConfigKey{"socket.pong_wait_ms", integer, "25000", 10, kDayMs},
    ConfigKey{"socket.write_wait_ms", integer, "5000", 10, kDayMs},
    ConfigKey{"socket.close_ack_wait_ms", integer, "2000", 10, kDayMs},
    ConfigKey{"socket.max_connections", integer, "100000", 1, 10'000'000},
    ConfigKey{"socket.max_connections_per_ip", integer, "0", 0, 10'000'000},
    ConfigKey{"socket.max_requests_per_user_sec", integer, "4000", 1, 10'000'000},
    ConfigKey{"socket.max_logins_per_address_sec", integer, "20000", 1, 10'000'000},
    ConfigKey{"socket.max_messages_per_socket_sec", integer, "4000", 1, 10'000'000},
    ConfigKey{"socket.ssl_certificate", text, ""},
    ConfigKey{"socket.ssl_private_key", text, ""},
    ConfigKey{"session.encryption_key", text, "", 0, 0, restart, secret},
    ConfigKey{"session.refresh_encryption_key", text, "", 0, 0, restart, secret},
    ConfigKey{"session.token_expiry_sec", integer, "60", 1, kYearS},
    ConfigKey{"session.refresh_token_expiry_sec", integer, "3600", 1, kYearS},
    ConfigKey{"session.max_wrong_passwords_per_account_hour", integer, "20", 0, 10'000'000},
    ConfigKey{"session.max_wrong_passwords_per_address_hour", integer, "200", 0, 10'000'000},
    ConfigKey{"session.single_session", flag, "false"},
    ConfigKey{"session.single_socket", flag, "false"},
    ConfigKey{"session.single_match", flag, "false"},
    ConfigKey{"session.resume_ms", integer, "30000", 0, 600'000, live},
    ConfigKey{"session.resume_messages", integer, "1024", 1, 1'000'000},
    ConfigKey{"session.resume_bytes", integer, "262144", 1024, 1024 * kMiB},
    ConfigKey{"session.resume_age_ms", integer, "60000", 100, 3'600'000},
    ConfigKey{"admin.listen", text, "127.0.0.1:7351"},
    ConfigKey{"admin.hosts", text, ""},
    ConfigKey{"admin.token", text, "", 0, 0, restart, secret},
    ConfigKey{"shutdown.grace_ms", integer, "10000", 0, 600'000},
    ConfigKey{"shutdown.force_ms", integer, "10000", 100, 600'000},
};

Result<> check_integer(const ConfigKey& key, std::string_view text) {
  const auto number = parse_number<std::int64_t>(text);
  if (number && *number >= key.min && *number <= key.max) return success();
  std::string detail(key.name);
  detail += " must be a whole number from " + std::to_string(key.min) + " to " +
            std::to_string(key.max) + ", not \"" + std::string(text) + "\"";
  return Error{Errc::invalid_argument, std::move(detail)};
}

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

const ConfigKey* find_config_key(std::string_view name) {
  const auto found = std::find_if(
      kKeys.begin(), kKeys.end(), [&](const ConfigKey& key) { return key.name == name; });
  return found == kKeys.end() ? nullptr : &*found;
}

std::string_view nearest_config_key(std::string_view name) {
  std::vector<std::string_view> names(kKeys.size());
  std::ranges::transform(kKeys, names.begin(), &ConfigKey::name);
  return nearest_key(name, names);
}

std::string_view type_text(ConfigType type) {
  switch (type) {
    case ConfigType::integer:
      return "a whole number";
    case ConfigType::flag:
      return "true or false";
    default:
      return "text";
  }
}

Result<> check_config_value(const ConfigKey& key, std::string_view text) {
  if (key.type == ConfigType::integer) return check_integer(key, text);
  if (key.type == ConfigType::flag && text != "true" && text != "false") {
    return Error{
        Errc::invalid_argument,
        std::string(key.name) + " must be true or false, not \"" + std::string(text) + "\""};
  }
  return success();
}

}  // namespace serai::app
