// FakeMatch: a World with one match in it, for tests of one kind.
//
//   FakeMatch match(SERAI_MODULE_duel, "duel", {.seed = 7});
//   const auto [ann, bob] = match.join("ann", "bob");
//   match.advance(15s);
//   CHECK(match.last<TurnBegan>("turn").user_id() == bob.id);
//   CHECK(match.is_open());
//
// Errors  a module that does not load, or a player who may not join, throws std::runtime_error.
// Thread  one.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "serai/testing/world.hpp"

namespace serai::testing {

class FakeMatch {
 public:
  FakeMatch(const std::string& path, std::string_view kind, const WorldOptions& options = {})
      : world(options), kind_(kind) {
    world.load(path);
    place();
  }
  FakeMatch(const serai_module& entry, std::string_view kind, const WorldOptions& options = {})
      : world(options), kind_(kind) {
    world.add(entry);
    place();
  }

  // Joins players. Throws when one is refused; to test a refusal use world.join().
  template <class... Names>
  std::array<Player, sizeof...(Names)> join(const Names&... names) {
    const std::array<Player, sizeof...(Names)> players{world.player(names)...};
    for (const Player& player : players) {
      const Outcome joined = world.join(player, id());
      if (!joined.ok()) throw std::runtime_error(player.username + " was refused: " + joined.text);
    }
    return players;
  }
  void leave(const Player& player) { world.leave(player, id()); }
  Outcome data(const Player& player, std::int64_t op, const google::protobuf::MessageLite& body) {
    return world.data(player, id(), op, body);
  }
  void advance(std::chrono::milliseconds duration) { world.advance(duration); }

  std::string id() const { return std::string(kKey) + "." + kind_; }
  bool is_open() const { return world.exists(kind_, kKey); }
  std::size_t count(std::string_view event) const { return world.count(event); }
  template <Message M>
  M last(std::string_view event) const {
    return world.last<M>(event);
  }
  template <Message State>
  State state() const {
    return world.state<State>(kind_, kKey);
  }

  World world;

 private:
  static constexpr std::string_view kKey = "00000000-0000-4000-8000-000000000001";

  // Creates the match with an empty state, the first state of every kind.
  void place() {
    const Outcome placed = world.open(kind_, kKey);
    if (!placed.ok()) throw std::runtime_error("no match " + kind_ + ": " + placed.text);
  }

  std::string kind_;
};

}  // namespace serai::testing
