#include "ops/json_log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <ctime>

#include "base/host_thread.hpp"
#include "base/json_text.hpp"

namespace serai::ops {
namespace {

constexpr std::array<std::string_view, 6> kLevelNames{
    "trace", "debug", "info", "warn", "error", "fatal"};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  return static_cast<spdlog::level::level_enum>(static_cast<int>(level));
}

void append_time(std::int64_t now_ms, std::string& out) {
  const std::time_t seconds = static_cast<std::time_t>(now_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
  out.append(text.data(), size);
  const std::string millis = std::to_string(1000 + now_ms % 1000);
  out.append(millis, 1, 3);
  out += 'Z';
}

template <class Number>
void append_number(Number number, std::string& out) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

struct AppendValue {
  std::string& out;
  void operator()(std::string_view text) const { append_json_string(text, out); }
  void operator()(std::int64_t number) const { append_number(number, out); }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  void operator()(double number) const {
    if (std::isfinite(number)) {
      append_number(number, out);
    } else {
      out += "null";  // JSON has no infinity
    }
  }
};

spdlog::sink_ptr make_sink(std::ostream* out) {
  spdlog::sink_ptr sink;
  if (out != nullptr) {
    sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*out, true);
  } else {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  sink->set_pattern("%v");
  return sink;
}

}  // namespace

struct JsonLog::Impl {
  Impl(JsonLogOptions given, const Clock& host_clock)
      : options(std::move(given)),
        clock(host_clock),
        level(options.level),
        // A shared_ptr, because the constructor of spdlog's logger takes one.
        pool(std::make_shared<spdlog::details::thread_pool>(
            options.lines_queued_max, 1, [] { thread_local const HostThread kNamed("log"); })),
        logger(std::make_shared<spdlog::async_logger>(
            "host", make_sink(options.out), pool, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::critical);
    append_json_string(options.node, node);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  // Ends the log's thread, which first writes the queued lines. After that nothing uses the logger.
  ~Impl() { pool.reset(); }

  JsonLogOptions options;
  const Clock& clock;
  std::atomic<LogLevel> level;
  std::string node;  // as JSON
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

JsonLog::JsonLog(JsonLogOptions options, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), clock)) {}

JsonLog::~JsonLog() = default;

bool JsonLog::enabled(LogLevel level) const {
  return level >= impl_->level.load(std::memory_order_relaxed);
}

void JsonLog::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
  std::string line;
  line.reserve(256);
  line += R"({"time":")";
  append_time(impl_->clock.now_ms(), line);
  line += R"(","level":")";
  line += log_level_name(level);
  line += R"(","event":)";
  append_json_string(event, line);
  line += R"(,"node":)";
  line += impl_->node;
  for (const LogField& field : fields) {
    line += ',';
    append_json_string(field.name, line);
    line += ':';
    std::visit(AppendValue{line}, field.value);
  }
  line += '}';
  impl_->logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

LogLevel JsonLog::level() const { return impl_->level.load(std::memory_order_relaxed); }

void JsonLog::set_level(LogLevel level) { impl_->level.store(level, std::memory_order_relaxed); }

std::uint64_t JsonLog::dropped_lines() const { return impl_->pool->overrun_counter(); }

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
    if (kLevelNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

std::string_view log_level_name(LogLevel level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

}  // namespace serai::ops
