// All data of one player: written to a file, checked and read from one, found for an erasure.
//
// Errors  not_found: there is no such player. already_exists: what an import would write is there.
//         failed_precondition: a line is of another player, or this host has no use for it. Errors
//         of files: player_file.hpp; of the database: the Db's.
// Thread  that of the Db. Rows are read in pages, so a player's data is never in memory as a whole.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/uuid.hpp"
#include "storage/db.hpp"
#include "storage/player_file.hpp"

namespace serai::storage {

// A kind of entity whose states name their player. The functions may be called on any thread.
struct OwnedKind {
  std::string kind;
  std::function<std::string(std::string_view state)> owner_of;  // a user id as text; empty: nobody
  std::function<std::string(const StoredEntity&)> as_json;      // empty text: it cannot be shown
};

// What belongs to a player: every entity whose key is the user id, those of the kinds that name
// the player, and the money in the purses.
struct PlayerScope {
  Uuid user;
  std::vector<OwnedKind> kinds;             // in the order of their names
  std::vector<std::string> purse_prefixes;  // "player:"
};

struct PlayerRows {
  std::uint64_t objects = 0;
  std::uint64_t notifications = 0;
  std::uint64_t entities = 0;
  std::uint64_t answers = 0;
  std::uint64_t transfers = 0;
};

struct ImportedPlayer {
  Uuid user;
  std::string username;
  PlayerRows counts;
  std::vector<PurseLine> paid;  // from the mint
  std::vector<EntityId> entities;
};

// Writes all lines of the player but the header and the end.
Result<PlayerRows> export_player(Db& db, const PlayerScope& scope, PlayerFileWriter& out);

// The ids of the player's stored entities, at most `max`.
Result<std::vector<EntityId>> list_owned(Db& db, const PlayerScope& scope, std::size_t max);

// Checks that a whole file can be imported. Writes nothing. `scope` has no user: the file has.
Result<> check_import(Db& db, const std::string& file, PlayerScope scope);

// Writes what check_import() has accepted. The money of the purses comes from the mint, under a
// key made of the file's id. `next_transfer` is counted up.
Result<ImportedPlayer> write_import(Db& db,
                                    const std::string& file,
                                    std::int64_t now_ms,
                                    std::uint64_t& next_transfer);

}  // namespace serai::storage
