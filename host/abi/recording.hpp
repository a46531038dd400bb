// Recording: what a match has lately handled, from one of its states on, so that another version
// can be given the same.
//
// Thread  plain values: any.
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
  std::string handler;  // of an rpc
  std::string timer;    // of a timer
  std::int64_t op_code = 0;
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

// A state, and what was handled from there without a gap, all of it with success.
struct Recording {
  std::uint32_t schema = 0;
  std::string state;
  Generator generator;
  std::vector<RecordedInput> inputs;
};

}  // namespace serai::abi
