// Executor: runs posted work, one piece at a time, in the order in which it was posted.
//
// Thread  post(): any. The work runs on the executor's own thread.
// Owner   the executor owns posted work. Work that has not run when the executor ends is destroyed
//         without running.
#pragma once

#include "base/unique_function.hpp"

namespace serai {

using Work = UniqueFunction<void()>;

class Executor {
 public:
  virtual ~Executor() = default;
  virtual void post(Work work) = 0;
};

}  // namespace serai
