// Contract: the declarations of a module version, parsed from its manifest: kinds, handlers,
// events, settings and ledger accounts.
//
// Source  the JSON text of the module's .serai.manifest section; sdk/README.md has its format.
// Owner   plain values; a Generation owns its contract.
// Thread  any, for reading.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/purse.hpp"

namespace serai::abi {

struct KindContract {
  std::string name;
  std::string state;            // full name of the state's Protobuf message; empty: opaque bytes
  std::uint32_t schema = 1;     // the schema that an export writes when no other is requested
  std::uint32_t reads_min = 1;  // the lowest schema that an import reads
  std::uint32_t reads_max = 1;  // the highest
  std::vector<std::uint32_t> writes{1};  // the schemas that an export can write
  bool match = false;                    // clients may join it by socket
  std::uint32_t players_max = 0;         // 0: no limit
  std::uint32_t tick_hz = 0;             // 0: no tick; else 1 to 60
  std::uint32_t idle_s = 60;             // seconds without a message until it is unloaded
  bool journal = false;                  // its inputs are stored until its state is
  std::string owner;  // the field of the state with the user id of the entity's player; empty: none

  bool reads(std::uint32_t number) const { return number >= reads_min && number <= reads_max; }
  bool can_write(std::uint32_t number) const;
  // The schema in which this kind hands a state over to `reader`: its own schema when the reader
  // reads it, else the highest one that this kind writes and the reader reads. None: there is none.
  std::optional<std::uint32_t> best_for(const KindContract& reader) const;
};

enum class Trigger { rpc, data, join, leave, tick, timer };

std::string_view to_string(Trigger trigger);  // its name in a manifest

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
  bool durable = false;         // the answer is sent after the commit
  bool idempotent = false;      // the request's idem_key makes retries safe
  std::uint32_t budget_ms = 0;  // 0: the host's default
  // With Trigger::timer: the number of retries after a failure. None: it is retried until it
  // succeeds.
  std::optional<std::uint32_t> retries;

  int kind_index = -1;  // into ModuleContract::kinds; -1 for stateless

  // True for an RPC of clients that stores changes without an idempotency key. A client that calls
  // it again, because the answer was lost, may change things twice.
  bool is_unprotected() const {
    return trigger == Trigger::rpc && client && durable && !idempotent;
  }
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

// Ledger accounts that the module's handlers may move money from or to: all accounts whose names
// begin with the prefix.
struct AccountContract {
  std::string prefix;       // "town:"
  bool below_zero = false;  // their balance may be negative
  std::string currency{kGold};
  bool purse = false;  // the prefix and a user id is the player's purse of this currency
  friend bool operator==(const AccountContract&, const AccountContract&) = default;
};

struct ModuleContract {
  std::string name;
  std::string version;
  bool stays_mapped = false;  // its code may stay in the process after close()
  std::vector<KindContract> kinds;
  std::vector<HandlerContract> handlers;  // the index is the ABI's handler number
  std::vector<EventContract> events;
  std::vector<SettingContract> settings;
  std::vector<AccountContract> accounts;

  // Each returns null when there is none.
  const KindContract* find_kind(std::string_view kind_name) const;
  int kind_index(std::string_view kind_name) const;  // -1: none
  const HandlerContract* find_handler(std::string_view handler_name) const;
  const EventContract* find_event(std::int64_t op_code) const;
  const SettingContract* find_setting(std::string_view key) const;
  const AccountContract* find_accounts(std::string_view prefix) const;
  // Whether the account's balance may be negative. None: the module may not move money from or to
  // the account. It may use its own accounts, those of players ("player:<id>"), "mint" and "sink".
  std::optional<bool> may_fall_below_zero(std::string_view account) const;
  // The currency of an account that the module may use. Empty: "mint" or "sink", which have all.
  std::string_view currency_of(std::string_view account) const;
};

// Parses a manifest; invalid_argument names the member that is wrong.
Result<ModuleContract> parse_contract(std::string_view manifest_json);

}  // namespace serai::abi
