#include "base/protobuf_log.hpp"

#include <google/protobuf/stubs/logging.h>

#include <mutex>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/rate_limit.hpp"

namespace serai {
namespace {

namespace protobuf = google::protobuf;

constexpr RateLimit kLines{1, ProtobufLog::kBurst};

// The data of on_line(). It is global, because Protobuf's log handler is a plain function.
struct Target {
  std::mutex mutex;
  SystemClock clock;
  Log log;  // guarded by mutex, like all members below
  TokenBucket lines;
  std::int64_t left_out = 0;
};
Target& target() {
  static Target one;
  return one;
}

LogLevel level_of(protobuf::LogLevel level) {
  switch (level) {
    case protobuf::LOGLEVEL_INFO:
      return LogLevel::info;
    case protobuf::LOGLEVEL_FATAL:
      return LogLevel::fatal;
    default:
      return LogLevel::warn;
  }
}

void on_line(protobuf::LogLevel level, const char* file, int line, const std::string& text) {
  Target& to = target();
  const std::lock_guard lock(to.mutex);
  if (level != protobuf::LOGLEVEL_FATAL && !to.lines.take(kLines, to.clock.steady_us())) {
    ++to.left_out;
    return;
  }
  const std::string place = std::string(file) + ":" + std::to_string(line);
  const LogFields fields{
      {"text", text}, {"place", place}, {"left_out", std::exchange(to.left_out, 0)}};
  to.log.write(level_of(level), "protobuf.logged", fields);
}

protobuf::LogHandler* g_before = nullptr;

}  // namespace

ProtobufLog::ProtobufLog(Log log) {
  {
    const std::lock_guard lock(target().mutex);
    target().log = log;
  }
  g_before = protobuf::SetLogHandler(on_line);
}

ProtobufLog::~ProtobufLog() { protobuf::SetLogHandler(g_before); }

}  // namespace serai
