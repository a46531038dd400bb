// make_forgetful: puts a layer between host and module that exports and imports an entity whenever
// one of its handlers has succeeded. So what a module keeps outside its state is lost at once
// instead of at the first swap.
//
// Errors  a state that cannot be exported and imported fails its handler.
#pragma once

#include "abi/generation.hpp"

namespace serai::testing {

void make_forgetful(abi::Generation& generation);

}  // namespace serai::testing
