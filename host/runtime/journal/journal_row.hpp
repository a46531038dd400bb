// The inputs of one row of the journal, as bytes.
//
// Format  numbers and texts of wire_bytes.hpp: the format (1), the time of the first input, the
//         number of entities and each (kind, key), the number of inputs and each, with the index of
//         its entity.
// Errors  read_journal_row(): data_loss when the bytes are damaged, or in a later format.
// Thread  plain values.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "abi/config_read.hpp"
#include "abi/contract.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "base/wire_bytes.hpp"
#include "model/entity_id.hpp"
#include "runtime/mailbox/input.hpp"

namespace serai::runtime {

// An input that a handler has handled with success.
struct JournalInput {
  std::uint64_t position = 0;  // in the order of the entity's inputs, HostState::position
  std::int64_t now_ms = 0;     // the time that the handler saw
  std::uint64_t tick = 0;
  std::string handler;  // with Trigger::rpc: its name
  Input input;          // without a reply; `handler` is null
  abi::ConfigReads config;
};

// Collects the inputs of one row.
class JournalRowWriter {
 public:
  // The handler of an RPC is named by input.handler.
  void append(const EntityId& id,
              std::uint64_t position,
              const Input& input,
              const abi::ConfigReads& config,
              std::int64_t now_ms,
              std::uint64_t tick);
  std::uint64_t size() const { return count_; }  // inputs
  std::size_t bytes() const { return inputs_.bytes().size(); }
  std::string take();  // the row; the writer is empty then

 private:
  std::int64_t first_ms_ = 0;
  std::unordered_map<EntityId, std::uint64_t, EntityIdHash> index_;
  std::vector<EntityId> entities_;
  std::uint64_t count_ = 0;  // of the inputs
  WireWriter inputs_;
};

using JournalInputs = std::unordered_map<EntityId, std::vector<JournalInput>, EntityIdHash>;

// Adds the inputs of a row to those of their entities.
Result<> read_journal_row(std::string_view bytes, JournalInputs& inputs);

}  // namespace serai::runtime
