// make_forgetful: puts a layer between host and module. Whenever a handler has succeeded, the layer
// exports the entity and imports it again. So data that a module keeps outside the state is lost at
// once and not only at the first swap.
//
// Errors  a state that cannot be exported and imported fails the handler.
// Owner   the generation owns the layer, which goes away when the host closes the instance.
// Thread  one; call it before the generation serves.
#pragma once

#include "abi/generation.hpp"

namespace serai::testing {

void make_forgetful(abi::Generation& generation);

}  // namespace serai::testing
