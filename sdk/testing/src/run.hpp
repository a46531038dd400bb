// Run: one message on its way through one handler, and what the handler did so far.
//
// Owner   the mailbox holds Inputs; the entity holds its Run while it waits; the engine frees it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loaded.hpp"

namespace serai::testing {

class Engine;

using Address = std::pair<std::string, std::string>;  // kind, key

struct Input {
  std::uint64_t id = 0;
  Address to;  // an empty kind: stateless
  std::string on = "rpc";
  std::string handler;
  std::int64_t op = 0;
  std::uint64_t timer = 0;         // which of the entity's timers this is, and
  std::uint64_t timer_number = 0;  // which setting of it
  std::uint32_t tries = 0;         // of the timer, that failed before this one
  Player from;
  Address caller;
  std::string payload;
  std::vector<Address> chain;  // entities that wait for this one
  std::function<void(Outcome)> done;

  void answer(Outcome outcome) {
    if (done) std::exchange(done, nullptr)(std::move(outcome));
  }
};

struct TimerChange {
  std::uint64_t id;
  bool set;
  std::uint32_t delay_ms;
  std::string handler;
  std::string payload;
};

// Collected while the handler runs, released when it has succeeded.
struct Effects {
  std::vector<Input> sends;
  std::vector<Push> pushes;
  std::vector<std::string> kicks;
  std::vector<TimerChange> timers;
  std::vector<Notice> notices;
  std::optional<std::string> label;
  bool close = false;
};

// splitmix64: one step per draw, so that a world's seed says everything.
struct Random {
  std::uint64_t state = 0;
  std::uint64_t next() {
    std::uint64_t mixed = state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
  }
};

struct Live;

struct Run {
  Engine* engine = nullptr;
  Loaded* module = nullptr;
  Live* entity = nullptr;  // null: stateless
  int handler = -1;
  Input input;
  serai_message message{};
  Effects effects;
  std::string reply;
  std::string error;
  std::deque<std::string> lent;  // texts the module may look at until the handler ends
  serai_frame* frame = nullptr;
  bool waiting = false;
  std::uint64_t token = 0;  // the module's
  std::uint64_t wait = 0;   // ours: a late answer finds another number
  std::string before;       // the state to put back
  Random random_before;
  bool created = false;
  std::string misuse;  // the rule of the border that the handler broke: it fails

  serai_call* handle() { return reinterpret_cast<serai_call*>(this); }
};

struct Timer {
  std::uint64_t number;  // tells a replaced timer from its successor
  std::string handler;
  std::string payload;
  std::uint32_t tries;  // that failed
};

struct Live {
  Address id;
  Loaded* module = nullptr;
  int kind = -1;
  serai_entity* state = nullptr;  // null until a handler that creates has run
  std::deque<Input> mailbox;
  std::unique_ptr<Run> running;
  Random random;
  std::uint64_t life = 0;  // tells a closed entity from its successor
  std::uint64_t ticks = 0;
  bool ticking = false;
  std::map<std::uint64_t, Timer> timers;
  std::vector<Player> members;
  std::string label;

  const DeclaredKind& declared() const {
    return module->declared.kinds[static_cast<std::size_t>(kind)];
  }
};

// The table of the World's host.
const serai_host& host_table();

}  // namespace serai::testing
