// World: the Serai host in one thread, for tests of modules. It has the host's runtime and its
// storage, in memory. Time is virtual, and the test plays the players.
//
//   World world({.seed = 7});
//   world.load(SERAI_MODULE_battle);
//   const Player ann = world.player("ann");
//   const Outcome opened = world.rpc(ann, "rpc_start_battle", request);
//   world.advance(15s);
//
// Modules are verified, loaded, called and swapped by the code that serves players, so a module or
// a call that is refused here is refused there, with the same text. Two things differ. A player has
// no quotas per second, because a test makes a thousand calls at one moment. And states are
// exported and imported after every message (WorldOptions::forgetful).
//
// Errors  refusals of the host or a module are Outcomes. A mistake of the test, such as an unknown
//         module, throws std::runtime_error.
// Thread  one.
// Units   milliseconds of virtual time since 1970; whole units of money.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "serai/context.hpp"
#include "serai/testing/target.hpp"

namespace serai::testing {

struct Outcome {
  Status status = Status::ok;
  std::string text;   // the reason of a refusal
  std::string bytes;  // the answer

  bool ok() const { return status == Status::ok; }
  std::string code() const { return text.substr(0, text.find(": ")); }
  template <Message M>
  M as() const {
    M message;
    if (!ok() || !parse(message, bytes)) throw std::runtime_error("no such answer: " + text);
    return message;
  }
};

// A message pushed to the players of a match.
struct Push {
  std::string match_id;
  std::int64_t op = 0;
  std::string event;                     // its name in the manifest; empty when none is declared
  std::string bytes;                     // the message
  std::vector<std::string> session_ids;  // the sessions it reached

  template <Message M>
  M as() const {
    M message;
    if (!parse(message, bytes)) throw std::runtime_error("malformed push " + event);
    return message;
  }
};

struct Notice {
  std::string user_id;
  std::string subject;
  std::string content;
  int code = 0;
  bool persistent = false;
};

struct LogLine {
  int level = 0;
  std::string event;
  std::map<std::string, std::string> fields;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  std::int64_t start_ms = 1'700'000'000'000;
  std::map<std::string, std::string> config{};  // dotted key to JSON text
  // Exports and imports every state after every message, so that data that a module keeps outside
  // the state is lost at once and not only at the first swap.
  bool forgetful = true;
};

// A call that may still be waiting; see World::begin().
struct Ticket {
  std::uint64_t number = 0;
};

class World {
 public:
  explicit World(const WorldOptions& options = {});
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  // Load a module from a file, or a linked-in module. `contract` is its FileDescriptorSet; without
  // it payloads are not translated to JSON, and key::field and idem_key do not work.
  void load(const std::string& path);
  void add(const serai_module& entry, std::string_view contract = {});
  // Replaces the loaded module of the same name, for all its entities or for none. An entity whose
  // handler waits moves when the handler has ended, so virtual time may pass.
  Outcome swap(const std::string& path);
  Outcome swap(const serai_module& entry, std::string_view contract = {});
  std::string manifest(std::string_view module) const;
  Outcome self_test(std::string_view module);

  // A player with an open socket. The same name is always the same player.
  Player player(std::string_view name) const;

  // Makes a client's RPC over HTTP (without a session) and waits for its answer, while virtual time
  // passes. A default Player stands for a server that calls with the HTTP key.
  Outcome rpc(const Player& caller,
              std::string_view name,
              const google::protobuf::MessageLite& request);
  // The same with texts as clients send and get them: JSON for messages, raw text where the handler
  // declares no message.
  Outcome rpc_text(const Player& caller, std::string_view name, std::string_view text);
  // Makes a call as another module would, and waits for its answer.
  Outcome call(const Target& target, const google::protobuf::MessageLite& request);

  // Makes a client's RPC without waiting for the answer.
  Ticket begin(const Player& caller,
               std::string_view name,
               const google::protobuf::MessageLite& request);
  bool done(Ticket ticket) const;
  Outcome take(Ticket ticket);  // waits for the answer, and returns it once

  // Matches. `match_id` is "<key>.<kind>". data() waits until the match has handled the message,
  // and returns the outcome that the sender's socket would get.
  Outcome join(const Player& player,
               std::string_view match_id,
               const std::map<std::string, std::string>& metadata = {});
  void leave(const Player& player, std::string_view match_id);
  Outcome data(const Player& player,
               std::string_view match_id,
               std::int64_t op,
               const google::protobuf::MessageLite& body);
  std::vector<Player> members(std::string_view match_id) const;
  std::string label(std::string_view match_id) const;

  std::int64_t now_ms() const;
  // Lets virtual time pass, and runs ticks and timers in their order.
  void advance(std::chrono::milliseconds duration);

  // Money. fund() moves it from the account "world". balance() is the amount that can be spent.
  void fund(std::string_view account, std::int64_t amount);
  std::int64_t balance(std::string_view account) const;
  std::map<std::string, std::int64_t> balances() const;

  // Entities.
  bool exists(std::string_view kind, std::string_view key) const;
  std::vector<std::string> keys(std::string_view kind) const;
  std::string state_bytes(std::string_view kind, std::string_view key) const;
  std::string state_json(std::string_view kind, std::string_view key) const;
  template <Message State>
  State state(std::string_view kind, std::string_view key) const {
    State state;
    if (!parse(state, state_bytes(kind, key))) throw std::runtime_error("malformed state");
    return state;
  }
  // Creates an entity, in its first state or with recorded bytes.
  Outcome open(std::string_view kind, std::string_view key);
  Outcome restore(std::string_view kind,
                  std::string_view key,
                  std::uint32_t schema,
                  std::string_view bytes);

  // The pushes, notices and log lines since the start or the last forget(), oldest first.
  const std::vector<Push>& pushes() const;
  const std::vector<Notice>& notices() const;
  const std::vector<LogLine>& logs() const;
  std::size_t count(std::string_view event) const;  // pushes of this event
  template <Message M>
  M last(std::string_view event) const {
    return last_push(event).as<M>();
  }
  const Push& last_push(std::string_view event) const;  // throws when there is none
  void forget();                                        // empties the three lists

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace serai::testing
