// Acts: the actions of players, valid or not. An action is one request or a few.
//
// Thread  one.
// Owner   borrows its parts. The model owns the requests that Acts begins.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chance.hpp"
#include "client.hpp"
#include "model.hpp"

namespace serai::sim {

using Clients = std::vector<std::unique_ptr<Client>>;

class Acts {
 public:
  Acts(SimHost& host, Chance& chance, Model& model, Clients& clients)
      : host_(host), chance_(chance), model_(model), clients_(clients) {}

  // A random action.
  void something(int player);
  void create_character(int player);
  // Sends the request of a deed, for the first time or again.
  void ask(Deed& deed);
  // Repeats the request of an earlier deed.
  void ask_again_about_the_past();
  // Sends another request under the idempotency key of an earlier deed, which must be refused.
  void other_body_under_an_old_key();
  // Sends a malformed request.
  void babble(int player);

  // Makes an RPC without an idempotency key. Returns its answer, if it comes before time passes.
  std::optional<Json> query(int player, const std::string& rpc, const Json& request);

 private:
  Client& client(int player) { return *clients_[static_cast<std::size_t>(player)]; }
  Deed& begin(int player, const std::string& rpc, Json request, std::int64_t price = 0);
  std::string hero_of(int player);
  std::vector<std::string> heroes_of(int player, int most);
  std::string caravan_of(int player);

  void grow(int player);
  void equip(int player);
  void rename(int player);
  void talent(int player);
  void market(int player);
  void new_caravan(int player);
  void trade(int player);
  void depart(int player);
  void resolve(int player);
  void start_battle(int player);
  void join_battle(int player);
  void fight(int player);
  void one_move(int player, const std::string& battle, const Json& view);
  void surrender(int player);
  void start_campaign(int player);
  void campaign_node(int player);
  void claim(int player);

  SimHost& host_;
  Chance& chance_;
  Model& model_;
  Clients& clients_;
  std::uint64_t next_key_ = 1;
};

}  // namespace serai::sim
