// Recording: a state of a match and the inputs that it has handled since, so that another version
// can handle the same inputs.
//
// Thread  plain values: any.
// Units   now_ms is Unix time in milliseconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/config_read.hpp"
#include "abi/contract.hpp"
#include "model/generator.hpp"

namespace serai::abi {

struct RecordedInput {
  Trigger trigger = Trigger::rpc;
  std::string handler;       // with Trigger::rpc: its name
  std::string timer;         // with Trigger::timer: the handler's name
  std::int64_t op_code = 0;  // with Trigger::data; with Trigger::timer the timer's id
  std::int64_t now_ms = 0;
  std::uint64_t tick = 0;
  std::string user_id;     // UUID text; empty: none
  std::string session_id;  // likewise
  std::string username;
  std::string caller_kind;
  std::string caller_key;
  std::string payload;
  std::vector<ConfigRead> config;
};

// A state, and all inputs that were handled since then. All of them succeeded.
struct Recording {
  std::uint32_t schema = 0;
  std::string state;
  Generator generator;  // as it was in that state
  std::vector<RecordedInput> inputs;
};

}  // namespace serai::abi
