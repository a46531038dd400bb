#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "unit/protocol/socket_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
using namespace serai::testing;

namespace {

std::filesystem::path golden_file() {
  const auto tests = std::filesystem::path(SERAI_TESTS_DIR);
  return tests / "golden" / "realtime" / "requests.txt";
}

// One socket of the script, and its frames that are not yet compared.
struct Stage {
  SocketFixture fixture;
  std::unique_ptr<Player> player;
  std::size_t compared = 0;

  Stage() {
    fixture.game.rpcs["echo"] = [](const RpcRequest& request) -> Result<std::string> {
      return request.payload;
    };
    fixture.game.rpcs["fails"] = [](const RpcRequest&) -> Result<std::string> {
      return {Errc::failed_precondition, "no such caravan"};
    };
    fixture.game.matches.emplace("0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51.battle",
                                 MatchJoined{R"({"open":true})", {}});
    player = std::make_unique<Player>(fixture);
  }

  std::string with_self(std::string text) const {
    const Presence& self = fixture.sessions.opened_sockets.at(0);
    const std::string wire = R"({"user_id":")" + self.user_id.text() + R"(","session_id":")" +
                             self.session_id.text() + R"(","username":"ann"})";
    const std::size_t at = text.find("$SELF");
    return at == std::string::npos ? text : text.replace(at, 5, wire);
  }

  std::string next_frame() {
    const auto& sent = player->socket.sent;
    return compared < sent.size() ? sent[compared++] : "nothing";
  }
  bool all_compared() const { return compared == player->socket.sent.size(); }
};

}  // namespace

TEST_CASE("the frames of the golden file come as they are written there", "[socket][golden]") {
  std::ifstream file(golden_file());
  REQUIRE(file);
  auto stage = std::make_unique<Stage>();
  int frames = 0;
  for (std::string line; std::getline(file, line);) {
    CAPTURE(line);
    if (line.empty()) {
      stage = std::make_unique<Stage>();
    } else if (line.starts_with("> ")) {
      CHECK(stage->all_compared());
      stage->player->say(line.substr(2));
      ++frames;
    } else if (line.starts_with("< ")) {
      CHECK(stage->next_frame() == stage->with_self(line.substr(2)));
    } else if (line.starts_with("x ")) {
      CHECK(stage->player->socket.closed == line.substr(2));
    }
  }
  CHECK(stage->all_compared());
  CHECK(frames > 10);
}
