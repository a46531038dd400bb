#include "runtime/border.hpp"

#include "runtime/about.hpp"

namespace serai {
namespace {

Log& kept_log() {
  static Log log;
  return log;
}

}  // namespace

void set_border_log(Log log) { kept_log() = log; }

const Log& border_log() { return kept_log(); }

void log_thrown(const Generation& code, std::string_view function, std::string_view why) {
  border_log().write(
      LogLevel::error, "module.threw", About(&code, {{"function", function}, {"error", why}}));
}

}  // namespace serai
