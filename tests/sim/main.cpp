// sim_host [--seed N] [--steps N] [--verbose]: plays seeds and checks that no promise is broken.
// --verbose prints all requests, answers and log lines, not only the last of them.
//
// Without --seed (or SERAI_SIM_SEED) it plays a fixed list, one random seed, and one seed twice,
// whose traces must be equal. When a promise is broken, it prints the command that replays the
// seed, and ends with 1.
#include <google/protobuf/stubs/logging.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "base/keyed_hash.hpp"
#include "simulation.hpp"
#include "violation.hpp"

namespace {

using serai::sim::Simulation;
using serai::sim::Violation;

struct Wish {
  std::optional<std::uint64_t> seed;
  int steps = 600;
  bool verbose = false;
};

std::optional<Wish> read_wish(int count, char** words) {
  Wish wish;
  if (const char* seed = std::getenv("SERAI_SIM_SEED")) wish.seed = std::stoull(seed);
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--verbose") {
      wish.verbose = true;
    } else if (word == "--seed" && i + 1 < count) {
      wish.seed = std::stoull(words[++i]);
    } else if (word == "--steps" && i + 1 < count) {
      wish.steps = std::stoi(words[++i]);
    } else {
      std::cerr << "usage: sim_host [--seed N] [--steps N] [--verbose]\n";
      return std::nullopt;
    }
  }
  return wish;
}

// Plays a seed. Returns its trace, or nothing when a promise was broken.
std::optional<std::uint64_t> play(std::uint64_t seed, const Wish& wish) {
  std::cout << "seed " << seed << " steps " << wish.steps << std::flush;
  const auto began = std::chrono::steady_clock::now();
  Simulation simulation(seed);
  if (wish.verbose) simulation.keep_all_lines();
  try {
    simulation.run(wish.steps);
  } catch (const Violation& broken) {
    std::cout << "\nBROKEN at step " << simulation.step() << ": " << broken.what()
              << "\nlast log lines:\n"
              << simulation.last_lines() << "figures:" << simulation.summary()
              << "\nreplay: sim_host --seed " << seed << " --steps " << wish.steps << std::endl;
    return std::nullopt;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << " ok in " << took.count() << " s, trace " << std::hex << simulation.trace()
            << std::dec << simulation.summary() << std::endl;
  if (wish.verbose) std::cout << simulation.last_lines();
  return simulation.trace();
}

int play_all(const Wish& wish) {
  bool all_true = true;
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U})
    all_true = play(seed, wish).has_value() && all_true;
  const std::uint64_t fresh = std::random_device{}() % 1'000'000'000;
  all_true = play(fresh, wish).has_value() && all_true;
  const auto first = play(7, wish);
  const auto again = play(7, wish);
  if (first != again) std::cout << "BROKEN: two runs of seed 7 have different traces" << std::endl;
  return all_true && first && first == again ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  serai::fix_hash_key(1);                    // hash tables have the same order in every run
  google::protobuf::SetLogHandler(nullptr);  // Protobuf would log malformed requests
  const auto wish = read_wish(count, words);
  if (!wish) return 2;
  if (wish->seed) return play(*wish->seed, *wish) ? 0 : 1;
  return play_all(*wish);
}
