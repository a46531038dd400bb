// Simulation: one world from one seed, with players, time, swaps, failing disks and crashes. From
// time to time it rests: all work is completed, and the invariants are checked.
//
// Errors  a broken promise is a Violation. last_lines() returns the log lines before it.
// Thread  one. At most one simulation at a time in a process.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "acts.hpp"
#include "chance.hpp"
#include "client.hpp"
#include "entropy.hpp"
#include "invariants.hpp"
#include "model.hpp"
#include "module_shelf.hpp"
#include "sim_host.hpp"
#include "support/temp_folder.hpp"

namespace serai::sim {

struct Tally {
  std::uint64_t swaps = 0;
  std::uint64_t swaps_refused = 0;
  std::uint64_t rollbacks = 0;
  std::uint64_t rollbacks_refused = 0;
  std::uint64_t crashes = 0;
  std::uint64_t restarts = 0;
  std::uint64_t faults = 0;
  std::uint64_t drops = 0;
  std::uint64_t rests = 0;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed);

  void run(int steps);

  int step() const { return step_; }
  std::uint64_t trace() const { return trace_.hash(); }
  std::string summary() const;
  std::string last_lines() const;
  void keep_all_lines() { host_.log.lines_kept = SIZE_MAX; }

 private:
  void note(const std::string& what);  // adds a line to the host's log lines
  void one_step();
  void weather();  // a random event from outside: a failing disk, a crash, a swap
  void move_on();  // does some of the work that is due
  void swap_modules();
  abi::MovePolicy any_policy();
  struct Rules {
    int version = 0;
    std::string fought;  // the log_hash, which every action changes
  };
  std::map<std::string, Rules> rules_in_force();
  void end_probation();
  void fail_disk();
  void crash();
  void bring_back(Versions attempted);
  void restart();
  void connections();
  void log_everybody_in();
  void rest();
  void resolve_doubts();
  bool world_stands();
  void touch_everything();

  Entropy entropy_;
  Chance chance_;
  testing::TempFolder folder_;
  ModuleShelf shelf_;
  Trace trace_;
  SimHost host_;
  Clients clients_;
  Model model_;
  Acts acts_;
  Invariants invariants_;
  Tally tally_;
  Versions committed_;
  bool probation_ = false;
  std::string restless_;  // an entity that has not come to rest
  int step_ = 0;
};

}  // namespace serai::sim
