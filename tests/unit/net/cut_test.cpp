// The fuzzers' corpus for the client plane, cut at every byte and fed to every incremental parser
// there: the result must be the same as for the whole text.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "unit/net/one_connection.hpp"
#include "unit/net/pieces.hpp"

using namespace serai::testing;

namespace {

struct Input {
  std::string name;
  std::string bytes;
};

std::vector<Input> corpus() {
  std::vector<Input> all;
  for (const char* target : {"http_request", "chunked_body", "connection", "frames"}) {
    const auto folder = std::filesystem::path(SERAI_TESTS_DIR) / "fuzz" / "corpus" / target;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::ifstream in(entry.path(), std::ios::binary);
      all.push_back({entry.path().string(), {std::istreambuf_iterator<char>(in), {}}});
    }
  }
  return all;
}

template <class Read>
void check_cuts(Read read) {
  for (const Input& input : corpus()) {
    INFO(input.name);
    const std::string ended = with_end(input.bytes);
    const std::string_view text = ended;
    const auto whole = read({text});
    REQUIRE(read(bytes_of(text)) == whole);
    for (std::size_t i = 1; i < text.size(); ++i) {
      INFO("cut at " << i);
      REQUIRE(read({text.substr(0, i), text.substr(i)}) == whole);
    }
  }
}

}  // namespace

TEST_CASE("requests cut anywhere are the same requests", "[net]") { check_cuts(read_requests); }

TEST_CASE("bodies in chunks cut anywhere are the same bodies", "[net]") { check_cuts(read_chunks); }

TEST_CASE("a connection cut anywhere is answered the same", "[net]") { check_cuts(answers_to); }
