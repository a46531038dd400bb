// PlayerLine: one line of a player's file (player_file.hpp), as a value.
//
// Units   names that end in _s: seconds since 1970; in _ms: milliseconds.
// Thread  plain values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/uuid.hpp"
#include "model/account.hpp"
#include "model/notification.hpp"
#include "model/storage_object.hpp"
#include "ports/entity_store.hpp"
#include "storage/ledger_sql.hpp"

namespace serai::storage {

// The first line. Everything in the file belongs to this player.
struct PlayerHeader {
  Uuid file;  // names the file for ever, so that its money is paid once
  Uuid user;
  std::int64_t exported_ms = 0;
};

// The money in one purse.
struct PurseLine {
  std::string account;  // "player:<user id>"
  std::int64_t balance = 0;
};

// A past transfer of a purse, for people. An import does not repeat it.
struct TransferLine {
  std::string account;
  LedgerLine entry;
};

struct EntityLine {
  StoredEntity stored;
  std::string readable;  // the state as JSON, for people; empty: none
};

struct AnswerLine {
  IdempotentAnswer answer;
  std::int64_t created_ms = 0;
};

using PlayerLine = std::variant<PlayerHeader,
                                Account,
                                PurseLine,
                                TransferLine,
                                StorageObject,
                                Notification,
                                EntityLine,
                                AnswerLine>;

}  // namespace serai::storage
