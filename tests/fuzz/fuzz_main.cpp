// Runs a fuzz target without libFuzzer: random mutations of its seeds, from one printed seed.
//
//   fuzz_<name> [-runs=N] [-seed=N] [file ...]     files: run these inputs only
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

#include "fuzz/fuzz.hpp"

namespace {

using Random = std::mt19937_64;

std::string g_input;  // kept for the handler of an abort

void on_abort(int) {
  std::fprintf(stderr, "input (hex): ");
  for (const char byte : g_input) std::fprintf(stderr, "%02x", static_cast<unsigned char>(byte));
  std::fprintf(stderr, "\n");
}

void run(std::string input) {
  g_input = std::move(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(g_input.data()), g_input.size());
}

std::size_t place(const std::string& input, Random& random) {
  return random() % (input.size() + 1);
}

void mutate_once(std::string& input, const std::vector<std::string>& seeds, Random& random) {
  static constexpr const char* kTokens[] = {"{",
                                            "}",
                                            "[",
                                            "]",
                                            "\"",
                                            ":",
                                            ",",
                                            "null",
                                            "1e999",
                                            "-1",
                                            "\\u0000",
                                            "\\ud800",
                                            "\xff",
                                            "\xc3",
                                            "%",
                                            "%2F",
                                            "%00",
                                            "&",
                                            "=",
                                            "?",
                                            "/",
                                            "..",
                                            "99999999999999999999",
                                            "\n"};
  const std::size_t at = place(input, random);
  const std::string& other = seeds[random() % seeds.size()];
  switch (random() % 7) {
    case 0:
      input.insert(at, 1, static_cast<char>(random()));
      break;
    case 1:
      input.erase(at, random() % 8);
      break;
    case 2:
      if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << random() % 8));
      break;
    case 3:
      input.insert(at, kTokens[random() % std::size(kTokens)]);
      break;
    case 4:
      input.insert(at, input.substr(place(input, random), random() % 16));
      break;
    case 5:
      input = input.substr(0, at) + other.substr(place(other, random));
      break;
    default:
      input.insert(at, random() % 200, "[{\"\\"[random() % 4]);
      break;
  }
}

void run_random(std::uint64_t runs, std::uint64_t seed) {
  std::fprintf(stderr,
               "seed %llu, repeat with -seed=%llu\n",
               static_cast<unsigned long long>(seed),
               static_cast<unsigned long long>(seed));
  Random random(seed);
  const auto seeds = fuzz_seeds();
  for (const std::string& input : seeds) run(input);
  for (std::uint64_t i = 0; i < runs; ++i) {
    std::string input = seeds[random() % seeds.size()];
    for (auto count = random() % 6 + 1; count > 0; --count) mutate_once(input, seeds, random);
    run(std::move(input));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGABRT, on_abort);
  std::uint64_t runs = 20'000;
  std::uint64_t seed = std::random_device{}();
  bool files = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "-runs=", 6) == 0) {
      runs = std::strtoull(argv[i] + 6, nullptr, 10);
    } else if (std::strncmp(argv[i], "-seed=", 6) == 0) {
      seed = std::strtoull(argv[i] + 6, nullptr, 10);
    } else {
      files = true;
      std::ifstream in(argv[i], std::ios::binary);
      run(std::string(std::istreambuf_iterator<char>(in), {}));
    }
  }
  if (!files) run_random(runs, seed);
  return 0;
}
