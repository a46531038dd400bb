// The host's headers that the World uses. Include them before the C++ face: both have an Entity, a
// Log, a Caller and others, and after the face the host's headers could not name their own.
//
// The aliases are for files that include both.
#pragma once

#include "abi/module_calls.hpp"
#include "abi/module_states.hpp"
#include "abi/sink.hpp"
#include "base/file_io.hpp"
#include "base/keyed_hash.hpp"
#include "loading/descriptors.hpp"
#include "loading/loader.hpp"
#include "loading/module_cache.hpp"
#include "loading/transcoder.hpp"
#include "loading/verify.hpp"
#include "model/placement.hpp"
#include "runtime/runtime.hpp"
#include "runtime/shard_parts.hpp"
#include "storage/sqlite_store.hpp"

namespace serai::testing {

using HostCaller = serai::Caller;
using HostEntity = serai::runtime::Entity;
using HostLog = serai::Log;
using HostLogField = serai::LogField;
using HostNotification = serai::Notification;
using HostOutcome = serai::Outcome;
using HostTrigger = serai::abi::Trigger;

}  // namespace serai::testing
