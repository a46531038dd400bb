#include "app/crash_file.hpp"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/config_file.hpp"
#include "base/private_path.hpp"
#include "runtime/crash_report.hpp"

namespace serai {
namespace {

using nlohmann::ordered_json;

// As it was told when it happened, but for the names that every line has.
void tell(const ordered_json& report, Log log) {
  std::vector<std::string> texts;
  texts.reserve(report.size());  // the fields borrow them
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

}  // namespace

Result<std::string> keep_crash_reports(const std::string& data_dir, Log log) {
  std::error_code failed;
  std::filesystem::create_directories(data_dir, failed);
  if (failed) return Error{Errc::permission_denied, data_dir + ": " + failed.message()};
  if (auto kept = keep_private(data_dir); !kept) return kept.error();
  const std::string fresh = data_dir + "/crash.new.json";
  const std::string last = data_dir + "/crash.json";
  install_crash_report(fresh);
  const bool is_fresh = std::rename(fresh.c_str(), last.c_str()) == 0;
  const auto text = read_config_text(last);
  if (!text) return std::string();
  const ordered_json report = ordered_json::parse(*text, nullptr, false);
  if (!report.is_object()) return std::string();  // cut short by what killed the host
  if (is_fresh) tell(report, log);
  return report.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace serai
