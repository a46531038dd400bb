// Recordings on their way to the probe.
//
// Thread  any; plain values. unpack_recording() is safe on damaged input: see Unpacker::is_whole().
#pragma once

#include "rehearsal/probe_wire.hpp"
#include "runtime/undo/recorder.hpp"

namespace serai::rehearsal {

void pack_recording(Packer& out, const abi::Recording& recording);
abi::Recording unpack_recording(Unpacker& in);

}  // namespace serai::rehearsal
