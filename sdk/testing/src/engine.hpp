// Engine: the World's scheduler: mailboxes, virtual time, effects, undoing what failed.
//
// Thread  one; nothing here blocks. settle() runs until nothing is left to do at the present
//         moment.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ledger.hpp"
#include "run.hpp"

namespace serai::testing {

class Engine {
 public:
  explicit Engine(WorldOptions given);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void add(std::unique_ptr<Loaded> module);
  Outcome swap(std::unique_ptr<Loaded> next);
  Loaded* module_of_kind(std::string_view kind) const;
  Loaded* module_of_rpc(std::string_view name, int& handler) const;
  Loaded* module_named(std::string_view name) const;

  std::uint64_t deliver(Input input);
  void cancel(std::uint64_t input_id);
  void settle();
  bool step();                       // to the next moment at which something happens
  void advance(std::int64_t to_ms);  // through every such moment up to this one

  Live* find(const Address& id) const;
  Outcome open(const Address& id);
  Outcome restore(const Address& id, std::uint32_t schema, std::string_view bytes);
  void remove_member(Live& live, std::string_view session_id);

  // What host_table() is made of.
  serai_status wait(Run& run, std::uint64_t token, std::uint32_t delay_ms, Outcome outcome);
  serai_status call(Run& run, Input input, std::uint32_t deadline_ms, std::uint64_t token);
  bool has_handler(const Input& input) const;

  WorldOptions options;
  std::int64_t now_ms;
  Ledger ledger;
  Random random;
  std::vector<Push> pushes;
  std::vector<Notice> notices;
  std::vector<LogLine> logs;
  std::map<Address, std::unique_ptr<Live>> entities;

 private:
  using Moment = std::pair<std::int64_t, std::uint64_t>;

  void at(std::int64_t due_ms, std::function<void()> what);
  void pump(const Address& id);
  void start(Live& live, Input input);
  void start_stateless(Input input);
  bool activate(Live& live, Run& run);
  void enter(Run& run);
  void after(Run& run, serai_status status);
  void finish(Run& run, Status status);
  Outcome succeed(Run& run);
  void put_back(Run& run);
  void release(Run& run);
  void set_timer(Live& live, const TimerChange& change, std::uint32_t tries = 0);
  void retry_timer(Live& live, const Input& input, int handler, const std::string& reason);
  static bool take_timer(Live& live, const Input& input);
  void beat(Live& live);
  void forget_state(Live& live);
  void wake(std::uint64_t run_id, std::uint64_t wait, const Outcome& outcome);
  std::unique_ptr<Live> make_live(const Address& id);
  void tidy(const Address& id);

  std::vector<std::unique_ptr<Loaded>> modules_;
  std::deque<std::function<void()>> ready_;
  std::map<Moment, std::function<void()>> agenda_;
  std::map<std::uint64_t, std::unique_ptr<Run>> stateless_;
  std::map<std::uint64_t, Run*> waiting_;  // by input id
  std::uint64_t next_ = 1;                 // ids, lives, waits, moments
};

}  // namespace serai::testing
