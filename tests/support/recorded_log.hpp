// RecordedLog: a log sink that stores its lines as text.
//
// Thread  one.
#pragma once

#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "base/log.hpp"

namespace serai::testing {

// A line is the event and its fields: "message.undeliverable module=counter generation=1".
struct RecordedLog final : LogSink {
  std::vector<std::string> lines;

  bool enabled(LogLevel) const override { return true; }
  void write(LogLevel, std::string_view event, std::span<const LogField> fields) override {
    std::ostringstream line;
    line << event;
    for (const LogField& field : fields) {
      line << ' ' << field.name << '=';
      std::visit([&line](const auto& value) { line << value; }, field.value);
    }
    lines.push_back(line.str());
  }
};

}  // namespace serai::testing
