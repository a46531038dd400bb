// The scenarios of the load generator. Each runs against a host that is up and prints one line of
// JSON.
#pragma once

#include <string>

#include "load/client.hpp"

namespace serai::bench {

struct Options {
  Address address;
  int pid = 0;  // the host's process, for its CPU time and memory
  std::size_t clients = 64;
  std::size_t inflight = 1;
  double seconds = 5;
  std::size_t hot_percent = 0;  // "transfers": the share that goes to ten accounts
  double rate = 20'000;         // requests a second in open-loop scenarios
  std::size_t matches = 1'500;
  std::size_t entities = 100'000;  // "fill"
  std::string run;                 // makes the device ids of this run unique
  std::uint32_t bytes = 2'000;     // of each cell of "swap"
  std::string flip;                // the command for a swap in the middle of "matches" and "swap"
  std::string flip_back;           // the command for the way back in "swap"
};

void rest_rpc(const Options& options);
// A closed loop: a client sends the next request when it has an answer.
void socket_rpc(const Options& options);
// An open loop: requests are sent at a fixed rate, whatever the answers do.
void socket_rpc_fixed(const Options& options);
void new_accounts(const Options& options);
void storage_writes(const Options& options);
// A closed loop: transfers between two of 100,000 accounts, each answered when it is committed.
void transfers(const Options& options);
// Opens matches and stores entities of 2 KB, so that a start can be measured afterwards.
void fill(const Options& options);
void idle_sockets(const Options& options);
void matches(const Options& options);  // with a swap when `flip` is given
void swap(const Options& options);     // open loop

}  // namespace serai::bench
