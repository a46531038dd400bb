// Contract: what a module version declares, parsed from its manifest: kinds, handlers, events.
//
// Source  the JSON text of the module's .serai.manifest section; sdk/README.md has its schema.
// Owner   plain values; a Generation owns its contract.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace serai::abi {

struct KindContract {
  std::string name;
  std::string state;            // full name of the state's Protobuf message; empty: opaque bytes
  std::uint32_t schema = 1;     // what export writes when nothing else is asked for
  std::uint32_t reads_min = 1;  // schemas import understands
  std::uint32_t reads_max = 1;
  std::vector<std::uint32_t> writes{1};  // schemas export can produce
  bool match = false;                    // clients may join it by socket
  std::uint32_t players_max = 0;         // 0: no bound
  std::uint32_t tick_hz = 0;             // 0: no tick; else 1 to 60
  std::uint32_t idle_s = 60;             // passivated after this long without a message

  bool reads(std::uint32_t number) const { return number >= reads_min && number <= reads_max; }
  bool can_write(std::uint32_t number) const;
  // The schema to hand a state over in: its own when the reader knows it, else the highest both
  // know.
  std::optional<std::uint32_t> best_for(const KindContract& reader) const;
};

enum class Trigger { rpc, data, join, leave, tick, timer };

// How an RPC finds its entity.
enum class KeyRule {
  none,       // stateless handler
  caller,     // the calling player's user id
  field,      // a field of the request
  fresh,      // a new UUID: the handler opens an entity
  singleton,  // the one entity of the kind, with the empty key
};

struct HandlerContract {
  std::string name;
  Trigger trigger = Trigger::rpc;
  std::string kind;  // empty: stateless
  KeyRule key = KeyRule::none;
  std::string key_field;        // with KeyRule::field
  std::int64_t op_code = 0;     // with Trigger::data
  std::string request;          // Protobuf message; empty: raw bytes
  std::string reply;            // Protobuf message; empty: raw bytes
  bool client = false;          // clients may call it; else only modules
  bool creates = false;         // may activate an entity that does not exist yet
  bool durable = false;         // answered after its commit
  bool idempotent = false;      // the request's idem_key makes retries safe
  std::uint32_t budget_ms = 0;  // 0: the host's default
  // Of a timer: how often it is tried again after a failure. None: until it succeeds.
  std::optional<std::uint32_t> retries;

  int kind_index = -1;  // into ModuleContract::kinds; -1 for stateless
};

struct EventContract {
  std::int64_t op_code = 0;
  std::string name;
  std::string message;  // Protobuf message; empty: raw bytes
};

// A key of the configuration that the module's handlers may read.
struct SettingContract {
  std::string key;   // dotted
  std::string type;  // boolean, integer, json
};

// Accounts of the ledger that the module's handlers move money from or to: all that begin so.
struct AccountContract {
  std::string prefix;       // "town:"
  bool below_zero = false;  // they may owe
};

struct ModuleContract {
  std::string name;
  std::string version;
  bool stays_mapped = false;  // its code may stay in the process after it was closed
  std::vector<KindContract> kinds;
  std::vector<HandlerContract> handlers;  // the index is the ABI's handler number
  std::vector<EventContract> events;
  std::vector<SettingContract> settings;
  std::vector<AccountContract> accounts;

  const HandlerContract* find_handler(std::string_view handler_name) const;
  const EventContract* find_event(std::int64_t op_code) const;
  const SettingContract* find_setting(std::string_view key) const;
  const AccountContract* find_accounts(std::string_view prefix) const;
  // Of an account that the module may move money from or to: its own, players' ("player:<id>"),
  // "mint" and "sink". None: of no other.
  std::optional<bool> may_fall_below_zero(std::string_view account) const;
};

// Parses a manifest; invalid_argument names the member that is wrong.
Result<ModuleContract> parse_contract(std::string_view manifest_json);

}  // namespace serai::abi
