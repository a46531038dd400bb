// StoreAnswer: the callback of a storage call. It is called exactly once.
//
// Thread  that of the executor given with the call.
#pragma once

#include "base/executor.hpp"
#include "base/result.hpp"
#include "base/unique_function.hpp"

namespace serai {

template <class T>
using StoreAnswer = UniqueFunction<void(Result<T>)>;

}  // namespace serai
