#include "swap/closed_code.hpp"

namespace serai::swap {

void ClosedCode::silence() {
  log_ = Log();
  metrics_ = nullptr;
}

void ClosedCode::report(const loading::ClosedModule& closed) {
  const std::vector<LogField> fields{{"module", closed.module},
                                     {"module_version", closed.version},
                                     {"generation", closed.generation},
                                     {"file", closed.file},
                                     {"holder", closed.holder}};
  if (closed.holder.empty()) return log_.write(LogLevel::info, "module.unmapped", fields);
  still_mapped_.push_back(closed.module + " " + closed.version + " " + closed.file + ", held by " +
                          closed.holder);
  log_.write(LogLevel::warn, "module.still_mapped_after_close", fields);
  if (metrics_ == nullptr) return;
  metrics_
      ->counter("serai_modules_still_mapped_after_close_total",
                "Modules whose code stayed mapped after closing, by what holds it",
                {{"module", closed.module},
                 {"module_version", closed.version},
                 {"generation", std::to_string(closed.generation)},
                 {"holder", closed.holder}})
      .add();
}

}  // namespace serai::swap
