// Recordings on their way to the probe.
//
// Thread  any; plain values. unpack_recording() is safe on damaged input: see Unpacker::is_whole().
#pragma once

#include "rehearsal/probe_wire.hpp"
#include "runtime/undo/recorder.hpp"

namespace serai {

void pack_recording(Packer& out, const Recording& recording);
Recording unpack_recording(Unpacker& in);

}  // namespace serai
