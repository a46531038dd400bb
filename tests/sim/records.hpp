// Records: all stored entities, as the game's own messages. Schema 2 reads states of schema 1.
//
// Errors  a stored entity that cannot be read is a Violation.
#pragma once

#include <map>
#include <string>

#include "battle.pb.h"
#include "campaign.pb.h"
#include "character.pb.h"
#include "sim_host.hpp"
#include "trade.pb.h"

namespace serai::sim {

template <class State>
struct Kept {
  std::uint32_t schema = 0;
  State state;
};

struct Records {
  std::map<std::string, Kept<battle::Battle>> battles;
  std::map<std::string, Kept<character::Character>> characters;
  std::map<std::string, Kept<character::Roster>> rosters;
  std::map<std::string, Kept<trade::Town>> towns;
  std::map<std::string, Kept<trade::Caravan>> caravans;
  std::map<std::string, Kept<campaign::Progress>> campaigns;
  std::size_t outbox = 0;
};

Records read_records(storage::SqliteStore& store);
std::int64_t balance(storage::SqliteStore& store, const std::string& account);

}  // namespace serai::sim
