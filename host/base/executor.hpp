// Executor: a place where work runs one piece at a time, in the order it was posted.
//
// Thread  post(): any. The work runs on the executor's own thread.
// Owner   the executor owns posted work; work left at the end is destroyed without running.
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
