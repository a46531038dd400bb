#include "app/ctl_modules.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "app/ctl_answer.hpp"

namespace serai::app {
namespace {

using nlohmann::ordered_json;
using Row = std::array<std::string, 5>;

std::string utc(std::int64_t ms) {
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> out{};
  return {out.data(), std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M:%SZ", &parts)};
}

// The entry for the module's generation in a swap's report; null when that swap did not load it.
const ordered_json* brought(const ordered_json& report, const ordered_json& module) {
  if (!report.is_object() || !report.contains("modules")) return nullptr;
  for (const ordered_json& one : report["modules"]) {
    if (one.value("name", "") != read_text(module, "name")) continue;
    if (one.value("generation", 0) == module.value("generation", 0)) return &one;
  }
  return nullptr;
}

Row row_of(const ordered_json& module, const ordered_json& status) {
  Row row{read_text(module, "name"), read_text(module, "version"), "serving", "the start", ""};
  const ordered_json running = status.value("swap", ordered_json());
  const bool on_trial =
      read_outcome(running) == swap::SwapOutcome::probation && brought(running, module);
  if (on_trial) row[2] = to_string(swap::SwapOutcome::probation);
  std::vector<ordered_json> reports{running};
  for (const ordered_json& report : status.value("history", ordered_json::array())) {
    reports.push_back(report);
  }
  for (const ordered_json& report : reports) {
    const ordered_json* change = brought(report, module);
    if (change == nullptr) continue;
    row[3] = utc(report.value("started_ms", std::int64_t{0}));
    const std::string from = read_text(*change, "from");
    row[4] = from.empty() ? "new with " + read_text(report, "to") : "was " + from;
    break;
  }
  return row;
}

std::string print_table(const std::vector<Row>& rows) {
  std::array<std::size_t, 5> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    line.resize(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

void add(std::string& out, const std::string& label, const std::string& detail) {
  if (!detail.empty()) out += label + ": " + detail + "\n";
}

// A text about the last swap if it was refused or rolled back; otherwise empty.
std::string last_failure(const ordered_json& status) {
  const ordered_json history = status.value("history", ordered_json::array());
  if (history.empty()) return {};
  const std::optional<swap::SwapOutcome> outcome = read_outcome(history[0]);
  const bool was_refused = outcome == swap::SwapOutcome::refused;
  if (!was_refused && outcome != swap::SwapOutcome::rolled_back) return {};
  return read_text(history[0], "to") + " at " +
         utc(history[0].value("started_ms", std::int64_t{0})) +
         (was_refused ? " was refused: " : " was rolled back: ") + read_text(history[0], "reason");
}

std::string last_crash(const ordered_json& status) {
  const auto crash = status.find("last_crash");
  if (crash == status.end() || !crash->is_object()) return {};
  return read_text(*crash, "module") + " " + read_text(*crash, "module_version") + ", handler " +
         read_text(*crash, "handler") + ", " + read_text(*crash, "signal") +
         " (--json has the stack)";
}

}  // namespace

std::string modules_for_people(const std::string& answer) {
  const ordered_json status = ordered_json::parse(answer, nullptr, false);
  if (!status.is_object()) return answer + "\n";
  std::string out = "release " + read_text(status, "release") + ", " + read_text(status, "state") +
                    "; a restart starts " + read_text(status, "committed") + "; the link names " +
                    read_text(status, "current") + "\n\n";
  std::vector<Row> rows{{"MODULE", "VERSION", "STATE", "SINCE", "NOTE"}};
  for (const ordered_json& module : status.value("modules", ordered_json::array())) {
    rows.push_back(row_of(module, status));
  }
  out += print_table(rows);
  std::string more;
  add(more, "note", read_text(status, "note"));
  add(more, "last swap", last_failure(status));
  add(more, "not watched", read_text(status, "not_watched"));
  for (const ordered_json& held : status.value("still_mapped_after_close", ordered_json::array())) {
    if (held.is_string()) add(more, "still mapped", held.get<std::string>());
  }
  for (const ordered_json& queued : status.value("queued", ordered_json::array())) {
    if (queued.is_string())
      add(more, "waits for the end of the probation", queued.get<std::string>());
  }
  add(more, "last crash", last_crash(status));
  return more.empty() ? out : out + "\n" + more;
}

}  // namespace serai::app
