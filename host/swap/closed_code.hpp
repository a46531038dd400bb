// ClosedCode: counts and logs closed modules, and lists those whose code is still mapped.
//
// Thread  the loader thread.
// Owner   shared by the engine and every library that it loaded, because a generation may be closed
//         after the engine has ended. The engine calls silence() before that.
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
  void silence();  // stops the use of log and metrics, which end with the engine
  // "module version file, held by …"; in the order of closing.
  const std::vector<std::string>& still_mapped() const { return still_mapped_; }

 private:
  Log log_;
  Metrics* metrics_;
  std::vector<std::string> still_mapped_;
};

}  // namespace serai::swap
