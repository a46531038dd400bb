// ClosedCode: what became of code that was to be unmapped.
//
// Thread  the loader thread.
// Owner   shared by the engine and every library that it loaded: a generation may be closed after
//         the engine's end, which silence() comes before.
#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "loading/loader.hpp"

namespace serai::swap {

class ClosedCode {
 public:
  ClosedCode(Log log, Metrics& metrics) : log_(log), metrics_(&metrics) {}

  void report(const loading::ClosedModule& module);
  void silence();  // log and metrics end now
  // "module version file, held by …"; the last to stay is last.
  const std::vector<std::string>& still_mapped() const { return still_mapped_; }

 private:
  Log log_;
  Metrics* metrics_;
  std::vector<std::string> still_mapped_;
};

}  // namespace serai::swap
