// Records: all stored entities as the game's own messages. The messages of schema 2 can read states
// of schema 1.
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
struct Stored {
  std::uint32_t schema = 0;
  State state;
};

struct Records {
  std::map<std::string, Stored<battle::Battle>> battles;
  std::map<std::string, Stored<character::Character>> characters;
  std::map<std::string, Stored<character::Roster>> rosters;
  std::map<std::string, Stored<trade::Town>> towns;
  std::map<std::string, Stored<trade::Caravan>> caravans;
  std::map<std::string, Stored<campaign::Progress>> campaigns;
  std::size_t outbox = 0;  // the number of messages that have not arrived
};

Records read_records(storage::SqlStore& store);
std::int64_t balance(storage::SqlStore& store, const std::string& account);

}  // namespace serai::sim
