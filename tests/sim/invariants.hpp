// Invariants: checks all stored entities and accounts when the world has come to rest.
//
// Errors  a broken invariant is a Violation that names the entity.
#pragma once

#include <map>
#include <string>

#include "acts.hpp"
#include "model.hpp"
#include "records.hpp"

namespace serai::sim {

class Invariants {
 public:
  Invariants(SimHost& host, const Model& model, const Clients& clients)
      : host_(host), model_(model), clients_(clients) {}

  void check();

 private:
  void check_ledger(const Records& records);
  void check_purses(const Records& records);
  void check_characters(const Records& records);
  void check_rosters(const Records& records);
  void check_battles(const Records& records);
  void check_goods(const Records& records);
  void check_caravans(const Records& records);
  void check_campaigns(const Records& records);

  SimHost& host_;
  const Model& model_;
  const Clients& clients_;
  // Gold by "<battle> <user>". Battles that were removed stay in it.
  std::map<std::string, std::int64_t> minted_;
  std::map<std::string, int> seg_index_;  // the segment of each caravan at the last check
};

}  // namespace serai::sim
