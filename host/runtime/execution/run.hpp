// Run: one execution of one handler, its waits included. To a module it is the opaque serai_call.
//
// Owner   the entity while it waits, a pending commit while it is being written; recycled by the
//         shard.
// Thread  the shard's. A module that keeps the pointer past its handler breaks the ABI's rule.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "abi/config_read.hpp"
#include "abi/effects.hpp"
#include "model/generator.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/routing/loaded_generation.hpp"
#include "runtime/shard/shard.hpp"
#include "serai/abi.h"

namespace serai::runtime {

struct ShardParts;
struct Entity;

// Something the handler waits for.
struct Wait {
  std::uint64_t token = 0;     // the module's
  TimerId deadline = 0;        // 0: none
  std::uint64_t sequence = 0;  // the host's: a late answer finds no wait of its number
};

// What a run has to do with a unit of the store.
struct RunUnit {
  UnitId id = 0;              // joined or opened; 0: none yet
  bool is_root = false;       // the run has opened it, and finishes it
  bool has_reserved = false;  // money is reserved under this run
  bool has_writes = false;    // an effect must be stored
};

}  // namespace serai::runtime

struct serai_call {
  serai::runtime::ShardParts* parts = nullptr;
  serai::runtime::Entity* entity = nullptr;  // null: stateless
  serai::runtime::LoadedGeneration* generation = nullptr;
  int handler_index = -1;
  std::uint64_t id = 0;  // unique on the shard

  serai::runtime::Input input;
  serai_message message{};
  std::array<char, 36> user_text{};
  std::array<char, 36> session_text{};
  std::int64_t now_ms = 0;
  std::int64_t began_us = 0;              // on the steady clock
  serai::Generator* generator = nullptr;  // the entity's, or the shard's for stateless handlers

  serai::abi::Effects effects;
  std::string reply;
  std::string error_text;
  std::uint64_t effect_bytes = 0;
  serai::abi::ConfigReads config_reads;

  serai_status refused = SERAI_OK;  // what the host answered last when it refused something,
  std::string refusal;              // and why: the error text when the handler ends with that
  const char* misuse = nullptr;     // the rule of abi.h that the handler broke
  serai_frame* frame = nullptr;
  std::vector<serai::runtime::Wait> waits;
  serai::runtime::RunUnit unit;
  bool replaying = false;     // asks are granted and come to nothing
  bool unrepeatable = false;  // saw something a replay would not see again

  serai_status refuse(serai::Error why) {
    refused = static_cast<serai_status>(why.code);
    refusal = std::move(why.detail);
    return refused;
  }
  const serai::abi::HandlerContract& handler() const { return generation->handler(handler_index); }
  void reset();
};

namespace serai::runtime {

// Errors that are the module's fault, not its caller's.
inline bool is_fault(serai_status status) {
  return status == SERAI_INTERNAL || status == SERAI_UNKNOWN || status == SERAI_DATA_LOSS ||
         status < 0 || status > SERAI_UNAUTHENTICATED;
}

using Run = serai_call;
using RunPtr = std::unique_ptr<Run>;
}  // namespace serai::runtime
