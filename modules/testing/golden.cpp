#include "testing/golden.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace game_test {
namespace {

std::filesystem::path folder_of(const std::string& module) {
  return std::filesystem::path(GAME_DIR) / module / "golden";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no golden state " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::uint64_t hash_of(const std::string& bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::vector<Golden> read_golden(const std::string& module) {
  std::istringstream lines(read_file(folder_of(module) / "expected.txt"));
  std::vector<Golden> states;
  Golden each;
  while (lines >> each.name >> each.state.kind >> each.state.key >> std::dec >> each.state.schema >>
         std::hex >> each.hash >> each.hash_new) {
    each.state.bytes = read_file(folder_of(module) / (each.name + ".bin"));
    states.push_back(each);
  }
  return states;
}

std::vector<serai::testing::Recorded> states_of(const std::vector<Golden>& golden,
                                                std::uint32_t schema) {
  std::vector<serai::testing::Recorded> states;
  for (const Golden& each : golden) {
    if (schema == 0 || each.state.schema == schema) states.push_back(each.state);
  }
  return states;
}

void add_golden(const std::string& module, const std::vector<Golden>& states) {
  std::filesystem::create_directories(folder_of(module));
  std::ofstream expected(folder_of(module) / "expected.txt", std::ios::app);
  for (const Golden& each : states) {
    std::ofstream(folder_of(module) / (each.name + ".bin"), std::ios::binary) << each.state.bytes;
    expected << each.name << ' ' << each.state.kind << ' ' << each.state.key << ' '
             << each.state.schema << ' ' << std::hex << each.hash << ' ' << each.hash_new
             << std::dec << '\n';
  }
}

}  // namespace game_test
