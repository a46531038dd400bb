#include <catch2/catch.hpp>

#include "base/json_text.hpp"
#include "unit/protocol/socket_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
using namespace serai::testing;

namespace {

const Uuid kMatch = *Uuid::parse("0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51");
const Uuid kOther = *Uuid::parse("c33a3ca1-91d0-4f3a-8a2f-6f4b0a3b1d11");
const std::string kRelayed = kMatch.text() + ".";
const std::string kBattle = kMatch.text() + ".battle";

std::string wire(const Presence& presence) {
  return R"({"user_id":")" + presence.user_id.text() + R"(","session_id":")" +
         presence.session_id.text() + R"(","username":")" + presence.username + "\"}";
}

struct Table {
  SocketFixture fixture;
  Player ann{fixture};
  const Presence self = fixture.sessions.opened_sockets.at(0);
  const Presence bob{kOther, kOther, "bob"};

  std::string error(int code, const std::string& message) const {
    const std::string number = code == 0 ? "" : "\"code\":" + std::to_string(code) + ",";
    std::string text = R"({"cid":"1","error":{)" + number + R"("message":)";
    append_json_string(message, text);
    return text + "}}";
  }
  // The same without a cid.
  std::string bare_error(int code, const std::string& message) const {
    std::string text = error(code, message);
    return text.erase(1, std::string(R"("cid":"1",)").size());
  }
  std::string ask(const std::string& request) { return ann.ask(R"({"cid":"1",)" + request + "}"); }
};

std::string bad_match_id(const std::string& given) {
  return "Invalid match ID \"" + given +
         "\": expected \"<UUID>.\" or \"<key>.<kind>\", as the server sent it";
}
std::string no_match(const std::string& id) {
  return "Match not found: nobody is in \"" + id +
         "\", it has ended or never existed; list or create one";
}

}  // namespace

TEST_CASE("a relayed match is created and joined", "[socket][match]") {
  Table table;
  table.fixture.sessions.match = RelayedMatch{{kMatch.text(), ""}, 1, {}};
  CHECK(table.ask(R"("match_create":{})") == R"({"cid":"1","match":{"match_id":")" + kRelayed +
                                                 R"(","size":1,"self":)" + wire(table.self) + "}}");
  table.fixture.sessions.match = RelayedMatch{{kMatch.text(), ""}, 2, {table.bob}};
  CHECK(table.ask(R"("match_create":{"name":"arena"})") ==
        R"({"cid":"1","match":{"match_id":")" + kRelayed + R"(","size":2,"presences":[)" +
            wire(table.bob) + R"(],"self":)" + wire(table.self) + "}}");
  CHECK(table.fixture.sessions.created == std::vector<std::string>{"", "arena"});
  CHECK(table.ask(R"("match_join":{"match_id":")" + kRelayed + "\"}") ==
        R"({"cid":"1","match":{"match_id":")" + kRelayed + R"(","size":1,"presences":[)" +
            wire(table.bob) + R"(],"self":)" + wire(table.self) + "}}");
}

TEST_CASE("an authoritative match answers with its label, also an empty one", "[socket][match]") {
  Table table;
  table.fixture.game.matches.emplace(kBattle, MatchJoined{"", {}});
  CHECK(table.ask(R"("match_join":{"matchId":")" + kBattle + R"(","metadata":{"team":"red"}})") ==
        R"({"cid":"1","match":{"match_id":")" + kBattle +
            R"(","authoritative":true,"label":"","self":)" + wire(table.self) + "}}");
  REQUIRE(table.fixture.game.joins.size() == 1);
  CHECK(table.fixture.game.joins[0].metadata.at("team") == "red");
  CHECK(table.fixture.game.joins[0].presence.session_id == table.self.session_id);
}

TEST_CASE("a refused join says why", "[socket][match]") {
  const std::tuple<Errc, std::string, int, std::string> cases[] = {
      {Errc::not_found, "x", 4, no_match(kBattle)},
      {Errc::permission_denied, "the gate is shut", 5, "the gate is shut"},
      {Errc::permission_denied, "", 5, "Match join rejected"},
      {Errc::resource_exhausted, "x", 5, "Match is not currently accepting join requests"},
      {Errc::deadline_exceeded,
       "x",
       5,
       "Match join rejected: the match did not answer in time, try again"},
      {Errc::internal,
       "null pointer",
       0,
       "Could not join the match: the server is in trouble, try again"},
  };
  for (const auto& [code, detail, number, message] : cases) {
    Table table;
    table.fixture.game.matches.emplace(kBattle, Result<MatchJoined>(code, detail));
    CHECK(table.ask(R"("match_join":{"match_id":")" + kBattle + "\"}") ==
          table.error(number, message));
  }
  Table table;
  CHECK(table.ask(R"("match_join":{"match_id":")" + kRelayed + "\"}") ==
        table.error(4, no_match(kRelayed)));
  CHECK(table.ask(R"("match_join":{})") == table.error(3, bad_match_id("")));
  CHECK(table.ask(R"("match_join":{"match_id":"arena"})") == table.error(3, bad_match_id("arena")));
  const std::string long_id(63, 'a');
  CHECK(table.ask(R"("match_join":{"match_id":")" + long_id + R"(ééé"})") ==
        table.error(3, bad_match_id(long_id + "...")));
  CHECK(table.ask(R"("match_join":{"token":"t"})") ==
        table.error(3, "Match tokens are not offered by this server: use match_id"));
}

TEST_CASE("a join that succeeds after its socket has gone is taken back", "[socket][match]") {
  Table table;
  table.fixture.game.matches.emplace(kBattle, MatchJoined{"", {}});
  table.fixture.game.hold_joins = true;
  CHECK(table.ask(R"("match_join":{"match_id":")" + kBattle + "\"}").empty());
  table.ann.leave();
  table.fixture.game.release();
  CHECK(table.fixture.game.leaves == std::vector<std::string>{kBattle});
}

TEST_CASE("leaving a match answers the cid alone", "[socket][match]") {
  Table table;
  CHECK(table.ask(R"("match_leave":{"match_id":")" + kRelayed + "\"}") == R"({"cid":"1"})");
  CHECK(table.ask(R"("match_leave":{"match_id":")" + kBattle + "\"}") == R"({"cid":"1"})");
  CHECK(table.fixture.sessions.leaves == std::vector<std::string>{kRelayed});
  CHECK(table.fixture.game.leaves == std::vector<std::string>{kBattle});
  CHECK(table.ask(R"("match_leave":{"match_id":"x"})") == table.error(3, bad_match_id("x")));
}

TEST_CASE("match data is not answered, and its errors carry no cid", "[socket][match]") {
  Table table;
  CHECK(table
            .ask(R"("match_data_send":{"match_id":")" + kRelayed +
                 R"(","op_code":"7","data":"aGk=","reliable":true,"presences":[{"session_id":")" +
                 kOther.text() + "\"}]}")
            .empty());
  REQUIRE(table.fixture.sessions.data.size() == 1);
  CHECK(table.fixture.sessions.data[0].op_code == 7);
  CHECK(table.fixture.sessions.data[0].data == "hi");
  CHECK(table.fixture.sessions.data[0].reliable);
  CHECK(table.fixture.sessions.data[0].targets == std::vector<Uuid>{kOther});

  CHECK(table.ask(R"("match_data_send":{"match_id":")" + kBattle + R"(","op_code":-1})").empty());
  REQUIRE(table.fixture.game.inputs.size() == 1);
  CHECK(table.fixture.game.inputs[0].op_code == -1);

  CHECK(table.ask(R"("match_data_send":{"match_id":"x"})") ==
        table.bare_error(3, bad_match_id("x")));
  CHECK(table.ask(R"("match_data_send":{"match_id":")" + kRelayed +
                  R"(","presences":[{"session_id":"x"}]})") ==
        table.bare_error(3,
                         "Invalid presence: session_id \"x\" is not a UUID; use the "
                         "presences that the server sent"));
}

TEST_CASE("following tells who shows a status", "[socket][status]") {
  Table table;
  table.fixture.sessions.statuses = {{table.bob, ""}};
  std::string entry = wire(table.bob);
  entry.insert(entry.size() - 1, R"(,"status":"")");
  CHECK(table.ask(R"("status_follow":{"user_ids":[")" + kOther.text() + "\"]}") ==
        R"({"cid":"1","status":{"presences":[)" + entry + "]}}");
  CHECK(table.fixture.sessions.followed == std::vector<Uuid>{kOther});

  User named;
  named.id = kMatch;
  table.fixture.identity.users = {named};
  table.ask(R"("status_follow":{"user_ids":[")" + table.self.user_id.text() +
            R"("],"usernames":["carol"]})");
  CHECK(table.fixture.identity.asked_names == std::vector<std::string>{"carol"});
  CHECK(table.fixture.sessions.followed == std::vector<Uuid>{kMatch});
}

TEST_CASE("following nobody or oneself answers an empty status", "[socket][status]") {
  Table table;
  CHECK(table.ask(R"("status_follow":{})") == R"({"cid":"1","status":{}})");
  CHECK(table.ask(R"("status_follow":{"userIds":[")" + table.self.user_id.text() + "\"]}") ==
        R"({"cid":"1","status":{}})");
  CHECK(table.fixture.sessions.followed.empty());
  CHECK(table.ask(R"("status_follow":{"user_ids":["x"]})") ==
        table.error(3, "Invalid user identifier \"x\": user ids are UUIDs"));
  CHECK(table.ask(R"("status_follow":{"usernames":[""]})") ==
        table.error(3, "Invalid username: one of the usernames is empty, leave it out"));
}

TEST_CASE("unfollowing oneself is ignored", "[socket][status]") {
  Table table;
  CHECK(table.ask(R"("status_unfollow":{"user_ids":[")" + table.self.user_id.text() + "\",\"" +
                  kOther.text() + "\"]}") == R"({"cid":"1"})");
  CHECK(table.fixture.sessions.unfollowed == std::vector<Uuid>{kOther});
  CHECK(table.ask(R"("status_unfollow":{"user_ids":["x"]})") ==
        table.error(3, "Invalid user identifier \"x\": user ids are UUIDs"));
}

TEST_CASE("a status is set, empty or taken away, within its bound", "[socket][status]") {
  Table table;
  table.ask(R"("status_update":{"status":"hi"})");
  table.ask(R"("status_update":{"status":""})");
  table.ask(R"("status_update":{"status":null})");
  using Updates = std::vector<std::optional<std::string>>;
  CHECK(table.fixture.sessions.status_updates == Updates{"hi", "", std::nullopt});
  CHECK(table.ask(R"("status_update":{"status":")" + std::string(2048, 'x') + "\"}") ==
        R"({"cid":"1"})");
  CHECK(table.ask(R"("status_update":{"status":")" + std::string(2049, 'x') + "\"}") ==
        table.error(3, "Status must be no more than 2048 bytes, this one has 2049"));
}

TEST_CASE("what a player may not have more of is refused with the limit", "[socket][limit]") {
  Table table;
  const std::string words = "too much of it (limits.some)";
  table.fixture.sessions.room = {Errc::resource_exhausted, words};
  CHECK(table.ask(R"("status_update":{"status":"hi"})") == table.error(3, words));
  CHECK(table.ask(R"("match_create":{})") == table.error(3, words));
  CHECK(table.ask(R"("match_join":{"match_id":")" + kRelayed + "\"}") == table.error(3, words));
  CHECK(table.ask(R"("match_join":{"match_id":")" + kBattle + "\"}") == table.error(3, words));
  CHECK(table.fixture.sessions.created.empty());
  CHECK(table.fixture.game.joins.empty());

  table.fixture.sessions.follow_refusal = words;
  CHECK(table.ask(R"("status_follow":{"user_ids":[")" + kOther.text() + "\"]}") ==
        table.error(3, words));
}
