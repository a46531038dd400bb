// KeptLog: the host's log as a list of lines.
//
// Thread  one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host_headers.hpp"
#include "serai/testing/world.hpp"

namespace serai::testing {

class KeptLog final : public LogSink {
 public:
  bool enabled(LogLevel level) const override { return level >= LogLevel::debug; }
  void write(LogLevel level, std::string_view event, std::span<const HostLogField> fields) override;

  // The lines logged since the list had `from` lines, as "event: value, value".
  std::string said_since(std::size_t from) const;

  std::vector<LogLine> lines;
};

}  // namespace serai::testing
