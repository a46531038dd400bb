// Log: writes each event as one line of JSON. An event has a dotted name in the past tense, and
// fields instead of prose.
//
//   log.info("module.switched", {{"module", name}, {"took_ms", 12}});
//
// Thread  any; the sink has a queue.
// Owner   a Log points to its sink, which must outlive it. Field values are borrowed until the call
//         returns.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

namespace serai {

enum class LogLevel { trace, debug, info, warn, error, fatal };

struct LogField {
  template <class T>
  LogField(std::string_view field_name, const T& field_value)
      : name(field_name), value(pack(field_value)) {}

  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;

 private:
  template <class T>
  static decltype(value) pack(const T& input) {
    if constexpr (std::is_same_v<T, bool>) {
      return input;
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<double>(input);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return static_cast<std::int64_t>(input);
    } else {
      return std::string_view(input);
    }
  }
};

using LogFields = std::initializer_list<LogField>;

// Receives the lines. ops implements it with spdlog, tests with a vector.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual bool enabled(LogLevel level) const = 0;
  virtual void write(LogLevel level, std::string_view event, std::span<const LogField> fields) = 0;
};

class Log {
 public:
  Log() = default;
  explicit Log(LogSink& sink) : sink_(&sink) {}

  void trace(std::string_view event, LogFields f = {}) const { write(LogLevel::trace, event, f); }
  void debug(std::string_view event, LogFields f = {}) const { write(LogLevel::debug, event, f); }
  void info(std::string_view event, LogFields f = {}) const { write(LogLevel::info, event, f); }
  void warn(std::string_view event, LogFields f = {}) const { write(LogLevel::warn, event, f); }
  void error(std::string_view event, LogFields f = {}) const { write(LogLevel::error, event, f); }
  void fatal(std::string_view event, LogFields f = {}) const { write(LogLevel::fatal, event, f); }

  bool enabled(LogLevel level) const { return sink_ != nullptr && sink_->enabled(level); }
  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) const {
    if (enabled(level)) sink_->write(level, event, fields);
  }
  void write(LogLevel level, std::string_view event, LogFields fields) const {
    write(level, event, std::span<const LogField>(fields.begin(), fields.size()));
  }

 private:
  LogSink* sink_ = nullptr;  // null: nothing is logged
};

}  // namespace serai
