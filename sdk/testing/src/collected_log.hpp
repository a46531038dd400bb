// CollectedLog: stores the lines of the host's log.
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

class CollectedLog final : public LogSink {
 public:
  bool enabled(LogLevel level) const override { return level >= LogLevel::debug; }
  void write(LogLevel level, std::string_view event, std::span<const HostLogField> fields) override;

  // The lines from number `from` on as one text, "event: value, value; event: …". The fields that
  // name the module are left out.
  std::string lines_since(std::size_t from) const;

  std::vector<LogLine> lines;
};

}  // namespace serai::testing
