// The host's headers that the World uses. Include this file before the C++ face: both have types
// named Entity, Log, Caller and so on, and inside the host's headers these names must mean the
// host's types.
//
// The aliases name the host's types in files that include both.
#pragma once

#include "abi/module_states.hpp"
#include "abi/sink.hpp"
#include "base/file_io.hpp"
#include "base/keyed_hash.hpp"
#include "loading/descriptors.hpp"
#include "loading/loader.hpp"
#include "loading/module_cache.hpp"
#include "loading/verify.hpp"
#include "model/placement.hpp"
#include "runtime/runtime.hpp"
#include "runtime/shard_parts.hpp"
#include "storage/sql_store.hpp"

namespace serai::testing {

using HostCaller = serai::Caller;
using HostEntity = serai::runtime::Entity;
using HostLog = serai::Log;
using HostLogField = serai::LogField;
using HostNotification = serai::Notification;
using HostOutcome = serai::Outcome;
using HostTrigger = serai::abi::Trigger;

}  // namespace serai::testing
