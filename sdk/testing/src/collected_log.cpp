#include "collected_log.hpp"

#include <set>
#include <variant>

namespace serai::testing {
namespace {

struct Print {
  std::string operator()(std::string_view text) const { return std::string(text); }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return std::to_string(number); }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
};

int level_of(LogLevel level) {
  if (level <= LogLevel::debug) return SERAI_LOG_DEBUG;
  if (level == LogLevel::info) return SERAI_LOG_INFO;
  return level == LogLevel::warn ? SERAI_LOG_WARN : SERAI_LOG_ERROR;
}

}  // namespace

void CollectedLog::write(LogLevel level,
                         std::string_view event,
                         std::span<const HostLogField> fields) {
  LogLine line{level_of(level), std::string(event), {}};
  for (const HostLogField& field : fields) {
    line.fields[std::string(field.name)] = std::visit(Print{}, field.value);
  }
  lines.push_back(std::move(line));
}

std::string CollectedLog::lines_since(std::size_t from) const {
  static const std::set<std::string> kSkipped{"module", "module_version", "generation"};
  std::string text;
  for (std::size_t i = from; i < lines.size(); ++i) {
    if (i != from) text += "; ";
    text += lines[i].event;
    const char* before = ": ";
    for (const auto& [name, value] : lines[i].fields) {
      if (kSkipped.contains(name)) continue;
      text += before + value;
      before = ", ";
    }
  }
  return text;
}

}  // namespace serai::testing
