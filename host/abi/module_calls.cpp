#include "abi/module_calls.hpp"

#include <array>

namespace serai::abi {

// A module may throw because it has used up the memory. Then there may be none for the text either.
void write_thrown(std::string& why, const char* what) noexcept {
  try {
    why = std::string("threw: ") + what;
  } catch (...) {
    why = "threw";  // short enough to need no allocation
  }
}

std::vector<LogField> with_code(const Generation& code, std::span<const LogField> more) {
  std::vector<LogField> fields{{"module", code.contract.name},
                               {"module_version", code.contract.version},
                               {"generation", code.id}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

void log_thrown(const Generation& code, std::string_view function, std::string_view why) noexcept {
  try {
    code.host.log.write(
        LogLevel::error,
        "module.threw",
        with_code(code, std::array{LogField("function", function), LogField("error", why)}));
  } catch (...) {
    return;
  }
}

}  // namespace serai::abi
