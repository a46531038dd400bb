// Recordings as bytes, for the probe and for saved states.
//
// Errors  unpack_recording() is safe on damaged input; Unpacker::is_whole() reports the damage.
// Thread  any; plain values.
#pragma once

#include "rehearsal/probe_wire.hpp"
#include "runtime/undo/recorder.hpp"

namespace serai::rehearsal {

void pack_recording(Packer& out, const abi::Recording& recording);
abi::Recording unpack_recording(Unpacker& in);

}  // namespace serai::rehearsal
