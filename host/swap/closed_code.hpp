// ClosedCode: logs closed modules, and counts and lists those whose code is still mapped.
//
// Thread  the loader thread.
// Owner   shared by the engine and by every library that it loaded, because a generation may be
//         closed after the engine has ended. The engine calls silence() before that.
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
  void silence();  // from now on log and metrics, which end with the engine, are not used
  // One text per module, in the order of closing: "<module> <version> <file>, held by <holder>".
  const std::vector<std::string>& still_mapped() const { return still_mapped_; }

 private:
  Log log_;
  Metrics* metrics_;
  std::vector<std::string> still_mapped_;
};

}  // namespace serai::swap
