// Log: structured lines in the host's log. Write one line per event. An event's name is dotted and
// in the past tense; everything else goes into fields.
//
//   entity.log().info("battle.settled", {{"winner", id}, {"gold", 12}});
//
// Thread  every thread on which the host calls the module. With a call, only while its handler
//         runs.
// Owner   texts are borrowed until the function returns.
// Bounds  at most 64 fields.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "serai/wire.hpp"

namespace serai::inline face {

struct LogField {
  std::string_view name;
  std::string value;

  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(text) {}
  LogField(std::string_view field, bool truth) : name(field), value(truth ? "true" : "false") {}
  template <std::integral T>
  LogField(std::string_view field, T number) : name(field), value(std::to_string(number)) {}
};

class Log {
 public:
  using Fields = std::initializer_list<LogField>;

  Log(const serai_host* host, serai_call* call) : host_(host), call_(call) {}

  void debug(std::string_view event, Fields fields = {}) const {
    write(SERAI_LOG_DEBUG, event, fields);
  }
  void info(std::string_view event, Fields fields = {}) const {
    write(SERAI_LOG_INFO, event, fields);
  }
  void warn(std::string_view event, Fields fields = {}) const {
    write(SERAI_LOG_WARN, event, fields);
  }
  void error(std::string_view event, Fields fields = {}) const {
    write(SERAI_LOG_ERROR, event, fields);
  }

 private:
  void write(int level, std::string_view event, Fields fields) const {
    std::vector<serai_field> borrowed;
    borrowed.reserve(fields.size());
    for (const LogField& field : fields)
      borrowed.push_back({to_abi(field.name), to_abi(field.value)});
    host_->log(host_, call_, level, to_abi(event), borrowed.data(), borrowed.size());
  }

  const serai_host* host_;
  serai_call* call_;
};

}  // namespace serai::inline face
