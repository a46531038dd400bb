// Model: the answers that players got. The invariants compare the stored entities with them.
//
// A Deed is one request with an idempotency key. It is in doubt until it has a final answer. After
// a lost answer or "unavailable" it is sent again with the same key, as clients do.
//
// Errors  an answer that contradicts an earlier one is a Violation.
// Thread  one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "client.hpp"

namespace serai::sim {

enum class Outcome { in_doubt, done, refused };

struct Deed {
  int player = 0;
  std::string rpc;
  std::string payload;
  std::int64_t price = 0;  // the tolls of a departure, which are not in its answer
  Outcome outcome = Outcome::in_doubt;
  std::string answer;      // of a deed that is done
  std::vector<Ask> asked;  // answers that have not come yet
};

struct CharacterFacts {
  int player = 0;
  std::string name;
  std::int64_t named_at = 0;  // the version with which the name came
  std::int64_t version = 0;
};

// NOLINTNEXTLINE(bugprone-exception-escape): nlohmann declares that a Json moves without throwing
struct CaravanFacts {
  int player = 0;
  Json view;
};

class Model {
 public:
  explicit Model(int players) : money(static_cast<std::size_t>(players)) {}

  Deed& begin(Deed deed);
  // Processes the answers since the last call.
  void collect();
  // Treats missing answers as lost.
  void give_up_waiting();
  // Store a view that a player got.
  void saw_character(int player, const Json& view);
  void saw_caravan(int player, const Json& view);
  void saw_campaign(int player, const Json& view);

  // The sums of a player's money, from answers.
  struct Money {
    bool purse = false;
    std::int64_t bought = 0;
    std::int64_t sold = 0;
    std::int64_t claimed = 0;
    std::int64_t tolls = 0;
    std::int64_t ransoms = 0;
  };

  std::vector<Money> money;  // by player
  std::vector<std::unique_ptr<Deed>> deeds;
  std::map<std::string, CharacterFacts> characters;
  std::map<std::string, CaravanFacts> caravans;
  std::map<std::string, int> battles;                    // by id: a player in it
  std::map<std::string, int> campaigns;                  // by id: its player
  std::map<std::string, std::set<std::string>> cleared;  // by campaign id: the cleared nodes
  std::uint64_t answered = 0;
  std::uint64_t refused = 0;
  std::map<std::string, std::uint64_t> refusals;

 private:
  void take(Deed& deed, const Reply& reply);
  void apply(const Deed& deed, const Json& answer);
  void named(const Json& answer, const Json& name);  // a character has got this name
  void travelled(const Deed& deed, const Json& asked, const Json& answer);
};

}  // namespace serai::sim
