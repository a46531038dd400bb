#include "app/crash_file.hpp"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/config_file.hpp"
#include "base/private_path.hpp"
#include "runtime/execution/crash_report.hpp"

namespace serai::app {
namespace {

using nlohmann::ordered_json;

// Logs the report with all its fields, except level and event, which every line has.
void log_crash(const ordered_json& report, Log log) {
  std::vector<std::string> texts;
  texts.reserve(report.size());  // the fields refer to these texts, so they must not move
  std::vector<LogField> fields;
  for (const auto& [name, value] : report.items()) {
    if (name == "level" || name == "event") continue;
    if (value.is_number_integer()) {
      fields.emplace_back(name, value.get<std::int64_t>());
    } else if (value.is_string()) {
      fields.emplace_back(name == "time" ? std::string_view("crashed_at") : name,
                          texts.emplace_back(value.get<std::string>()));
    }
  }
  log.write(LogLevel::error, "host.crashed_before", fields);
}

// The timer in whose handler the host crashed; none when it crashed elsewhere.
std::optional<runtime::TimerCrash> timer_of(const ordered_json& report) {
  const auto timer = report.find("timer");
  if (timer == report.end() || !timer->is_number_unsigned()) return std::nullopt;
  return runtime::TimerCrash{{report.value("kind", ""), report.value("key", "")},
                             timer->get<std::uint64_t>(),
                             report.value("signal", "")};
}

}  // namespace

Result<LastCrash> keep_crash_reports(const std::string& data_dir, Log log) {
  std::error_code failed;
  std::filesystem::create_directories(data_dir, failed);
  if (failed) return Error{Errc::permission_denied, data_dir + ": " + failed.message()};
  if (auto kept = keep_private(data_dir); !kept) return kept.error();
  const std::string fresh = data_dir + "/crash.new.json";
  const std::string last = data_dir + "/crash.json";
  runtime::install_crash_report(fresh);
  const bool is_fresh = std::rename(fresh.c_str(), last.c_str()) == 0;
  const auto text = read_config_text(last);
  if (!text) return LastCrash{};
  const ordered_json report = ordered_json::parse(*text, nullptr, false);
  if (!report.is_object()) return LastCrash{};  // incomplete: the host died while writing it
  if (is_fresh) log_crash(report, log);
  return LastCrash{report.dump(-1, ' ', false, ordered_json::error_handler_t::replace),
                   is_fresh ? timer_of(report) : std::nullopt};
}

}  // namespace serai::app
