// Transcoder: translates between the JSON of clients and the Protobuf of a module.
//
// Errors  see abi/generation.hpp.
// Thread  any; immutable.
#pragma once

#include <memory>

#include "abi/generation.hpp"
#include "loading/descriptors.hpp"

namespace serai::loading {

// Makes the transcoder of a generation, which shares the descriptors.
std::unique_ptr<abi::Transcoder> make_transcoder(std::shared_ptr<const Descriptors> descriptors);

}  // namespace serai::loading
