// load: sends requests to a running host over real sockets, and prints its measurements as one line
// of JSON.
#include <sys/resource.h>

#include <cstdio>
#include <cstring>
#include <map>

#include "load/scenarios.hpp"

namespace {

using serai::bench::Options;

constexpr const char* kUsage =
    "load SCENARIO --port N --pid PID [--clients N] [--inflight N] [--seconds S] [--rate N]\n"
    "     [--matches N] [--entities N] [--bytes N] [--hot PERCENT] [--flip COMMAND] [--flip-back "
    "COMMAND]\n"
    "scenarios: rest_rpc socket_rpc socket_rpc_fixed new_accounts storage_writes transfers fill\n"
    "           idle_sockets matches swap\n"
    "--pid is the host's, whose CPU time and memory are read; tests/bench/run starts both.\n";

const std::map<std::string, void (*)(const Options&)> kScenarios{
    {"rest_rpc", serai::bench::rest_rpc},
    {"socket_rpc", serai::bench::socket_rpc},
    {"socket_rpc_fixed", serai::bench::socket_rpc_fixed},
    {"new_accounts", serai::bench::new_accounts},
    {"storage_writes", serai::bench::storage_writes},
    {"transfers", serai::bench::transfers},
    {"fill", serai::bench::fill},
    {"idle_sockets", serai::bench::idle_sockets},
    {"matches", serai::bench::matches},
    {"swap", serai::bench::swap},
};

bool read_option(Options& options, const std::string& name, const std::string& value) {
  if (name == "--port")
    options.address.port = static_cast<std::uint16_t>(std::stoul(value));
  else if (name == "--pid")
    options.pid = std::stoi(value);
  else if (name == "--clients")
    options.clients = std::stoul(value);
  else if (name == "--inflight")
    options.inflight = std::stoul(value);
  else if (name == "--seconds")
    options.seconds = std::stod(value);
  else if (name == "--hot")
    options.hot_percent = std::stoul(value);
  else if (name == "--rate")
    options.rate = std::stod(value);
  else if (name == "--matches")
    options.matches = std::stoul(value);
  else if (name == "--entities")
    options.entities = std::stoul(value);
  else if (name == "--bytes")
    options.bytes = static_cast<std::uint32_t>(std::stoul(value));
  else if (name == "--flip")
    options.flip = value;
  else if (name == "--flip-back")
    options.flip_back = value;
  else
    return false;
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const auto scenario = argc < 2 ? kScenarios.end() : kScenarios.find(argv[1]);
  Options options;
  options.run = std::to_string(serai::bench::now_us());
  bool good = scenario != kScenarios.end() && argc % 2 == 0;
  for (int i = 2; good && i + 1 < argc; i += 2) good = read_option(options, argv[i], argv[i + 1]);
  if (!good) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  scenario->second(options);
  return 0;
}
