#include "app/ctl_modules.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "swap/swap_stage.hpp"

namespace serai::app {
namespace {

using nlohmann::ordered_json;
using Row = std::array<std::string, 5>;

std::string text(const ordered_json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

std::string utc(std::int64_t ms) {
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> out{};
  return {out.data(), std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M:%SZ", &parts)};
}

// The entry of the module's generation in a swap's report; null: that swap did not bring it.
const ordered_json* brought(const ordered_json& record, const ordered_json& module) {
  if (!record.is_object() || !record.contains("modules")) return nullptr;
  for (const ordered_json& one : record["modules"]) {
    if (one.value("name", "") != text(module, "name")) continue;
    if (one.value("generation", 0) == module.value("generation", 0)) return &one;
  }
  return nullptr;
}

std::optional<swap::SwapOutcome> reported_outcome(const ordered_json& report) {
  return report.is_object() ? swap::parse_outcome(text(report, "outcome")) : std::nullopt;
}

Row row_of(const ordered_json& module, const ordered_json& status) {
  Row row{text(module, "name"), text(module, "version"), "serving", "the start", ""};
  const ordered_json running = status.value("swap", ordered_json());
  const bool on_trial =
      reported_outcome(running) == swap::SwapOutcome::probation && brought(running, module);
  if (on_trial) row[2] = to_string(swap::SwapOutcome::probation);
  std::vector<ordered_json> records{running};
  for (const ordered_json& record : status.value("history", ordered_json::array())) {
    records.push_back(record);
  }
  for (const ordered_json& record : records) {
    const ordered_json* change = brought(record, module);
    if (change == nullptr) continue;
    row[3] = utc(record.value("started_ms", std::int64_t{0}));
    const std::string from = text(*change, "from");
    row[4] = from.empty() ? "new with " + text(record, "to") : "was " + from;
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

// The last swap, if it was refused or rolled back.
std::string last_failure(const ordered_json& status) {
  const ordered_json history = status.value("history", ordered_json::array());
  if (history.empty()) return {};
  const std::optional<swap::SwapOutcome> outcome = reported_outcome(history[0]);
  const bool was_refused = outcome == swap::SwapOutcome::refused;
  if (!was_refused && outcome != swap::SwapOutcome::rolled_back) return {};
  return text(history[0], "to") + " at " + utc(history[0].value("started_ms", std::int64_t{0})) +
         (was_refused ? " was refused: " : " went back: ") + text(history[0], "reason");
}

std::string last_crash(const ordered_json& status) {
  const auto crash = status.find("last_crash");
  if (crash == status.end() || !crash->is_object()) return {};
  return text(*crash, "module") + " " + text(*crash, "module_version") + ", handler " +
         text(*crash, "handler") + ", " + text(*crash, "signal") + " (--json has the stack)";
}

}  // namespace

std::string modules_for_people(const std::string& answer) {
  const ordered_json status = ordered_json::parse(answer, nullptr, false);
  if (!status.is_object()) return answer + "\n";
  std::string out = "release " + text(status, "release") + ", " + text(status, "state") +
                    "; a restart starts " + text(status, "committed") + "; the link names " +
                    text(status, "current") + "\n\n";
  std::vector<Row> rows{{"MODULE", "VERSION", "STATE", "SINCE", "NOTE"}};
  for (const ordered_json& module : status.value("modules", ordered_json::array())) {
    rows.push_back(row_of(module, status));
  }
  out += print_table(rows);
  std::string more;
  add(more, "note", text(status, "note"));
  add(more, "last swap", last_failure(status));
  add(more, "not watched", text(status, "not_watched"));
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
