// JsonLog: the log sink of the host. Each event is one line of JSON on standard error.
//
//   {"time":"2024-05-01T12:00:00.123Z","level":"info","event":"host.started","node":"serai"}
//
// Units   lines_queued_max counts lines. When the reader of standard error is slow and the queue is
//         full, the oldest line is dropped.
// Thread  any. A thread of its own writes. A change of the level takes effect at the next line.
// Owner   lives longer than every Log made from it. The destructor writes the queued lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace serai::ops {

struct JsonLogOptions {
  LogLevel level = LogLevel::info;
  std::string node;                      // the host's name, in every line
  std::size_t lines_queued_max = 16384;  // 8 MB at 500 bytes a line
  std::ostream* out = nullptr;           // null: standard error
};

class JsonLog final : public LogSink {
 public:
  JsonLog(JsonLogOptions options, const Clock& clock);
  ~JsonLog() override;
  JsonLog(const JsonLog&) = delete;
  JsonLog& operator=(const JsonLog&) = delete;

  bool enabled(LogLevel level) const override;
  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override;

  LogLevel level() const;
  void set_level(LogLevel level);
  std::uint64_t dropped_lines() const;  // since the start

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The names are "trace", "debug", "info", "warn", "error", "fatal"; nullopt for any other.
std::optional<LogLevel> parse_log_level(std::string_view name);
std::string_view log_level_name(LogLevel level);

}  // namespace serai::ops
