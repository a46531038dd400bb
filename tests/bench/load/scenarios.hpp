// The scenarios of the load generator. Each runs against a host that is up and prints one line of
// JSON.
#pragma once

#include <string>

#include "load/client.hpp"

namespace serai::bench {

struct Options {
  Address address;
  int pid = 0;  // the host's, for its CPU time and memory
  std::size_t clients = 64;
  std::size_t inflight = 1;
  double seconds = 5;
  double rate = 20'000;  // of open-loop scenarios, per second
  std::size_t matches = 1'500;
  std::string run;              // a word that makes device ids of this run unique
  std::uint32_t bytes = 2'000;  // of each cell of "swap"
  std::string flip;             // a command that is started in the middle of "matches" and "swap"
  std::string flip_back;        // undoes it, later in "swap"
};

void rest_rpc(const Options& options);
void socket_rpc(const Options& options);        // closed loop
void socket_rpc_fixed(const Options& options);  // open loop
void new_accounts(const Options& options);
void storage_writes(const Options& options);
void idle_sockets(const Options& options);
void matches(const Options& options);  // with a swap when `flip` is given
void swap(const Options& options);     // open loop

}  // namespace serai::bench
