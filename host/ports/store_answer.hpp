// StoreAnswer: how every answer of storage comes: once, on the executor that was named with the
// call.
//
// Thread  that of the executor.
#pragma once

#include "base/executor.hpp"
#include "base/result.hpp"
#include "base/unique_function.hpp"

namespace serai {

template <class T>
using StoreAnswer = UniqueFunction<void(Result<T>)>;

}  // namespace serai
