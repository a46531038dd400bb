// HostConfig: the settings, checked and converted to the options of each part.
//
// Units   as in the options of each part.
// Errors  make(): invalid_argument names the key, the place where it was set, and the allowed
//         values.
// Thread  plain values, only read after the start. Live keys are read from the settings instead.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "app/database_place.hpp"
#include "app/invocation.hpp"
#include "app/settings.hpp"
#include "base/log.hpp"
#include "net/options.hpp"
#include "ops/ops_server.hpp"
#include "protocol/rest_api.hpp"
#include "protocol/socket_protocol.hpp"
#include "runtime/shard/environment.hpp"
#include "session/options.hpp"
#include "storage/retention.hpp"
#include "storage/waiting_writes.hpp"
#include "swap/swap_options.hpp"

namespace serai::app {

inline constexpr std::string_view kDevelopment = "development";

struct HostConfig {
  static Result<HostConfig> make(const Settings& settings, std::string_view profile);

  std::string node;
  LogLevel log_level = LogLevel::info;
  std::string data_dir;  // operator files, crash reports, private copies of modules
  std::uint32_t shard_count = 1;
  net::ListenerOptions listener;
  protocol::RestApiOptions rest;
  protocol::SocketOptions realtime;
  ops::OpsOptions ops;
  session::SessionOptions session;
  runtime::RuntimeOptions runtime;
  DatabasePlace database;
  storage::WaitingLimits waiting;
  storage::Retention retention;
  swap::SwapOptions swap;
  std::chrono::milliseconds shutdown_grace{10'000};
  std::chrono::milliseconds shutdown_force{10'000};  // after the grace; then the process is ended
  bool development_keys_exposed = false;  // sample keys on an address that others can reach
};

// The limits of a rehearsal's child process.
rehearsal::ProbeOptions probe_options(const Settings& settings);
// Those of the configuration; the defaults when there is none.
Result<rehearsal::ProbeOptions> rehearsal_limits(const Invocation& invocation);

struct HostAddress {
  std::string address;  // empty: every address
  std::uint16_t port = 0;
};

// Parses "127.0.0.1:7350", "[::1]:7350" or ":7350" (every address).
Result<HostAddress> parse_address(std::string_view text);

}  // namespace serai::app
