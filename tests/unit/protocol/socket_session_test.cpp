#include <malloc.h>

#include <catch2/catch.hpp>

#include "nakama/realtime.pb.h"
#include "unit/protocol/socket_fixture.hpp"

using namespace serai;
using namespace serai::protocol;
using namespace serai::testing;

namespace {

FakeGame::Rpc echo() {
  return [](const RpcRequest& request) -> Result<std::string> { return request.payload; };
}

std::string refusal(const SocketFixture::Accepted& accepted) {
  return std::to_string(accepted.refusal.status) + " " + accepted.refusal.text;
}

// The heap's bytes in use. Meaningless under a sanitizer, which has an allocator of its own.
std::size_t bytes_in_use() {
  const auto heap = ::mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

}  // namespace

TEST_CASE("a socket opens with a good token in a known format", "[socket]") {
  SocketFixture fixture;
  CHECK(fixture.accept("token=good").session);
  CHECK(fixture.accept("format=&token=good").format == SocketFormat::json);
  CHECK(fixture.accept("format=json&token=good").format == SocketFormat::json);
  CHECK(fixture.accept("format=protobuf&token=good&lang=de").format == SocketFormat::protobuf);
  CHECK(fixture.accept("", {{"authorization", "Bearer good"}}).session);
  CHECK(fixture.accept("token=bad", {{"authorization", "Bearer good"}}).session);

  const std::string no_token = "401 Missing or invalid token";
  CHECK(refusal(fixture.accept("format=xml")) == "400 Invalid format parameter");
  CHECK(refusal(fixture.accept("")) == no_token);
  CHECK(refusal(fixture.accept("token=bad")) == no_token);
  CHECK(refusal(fixture.accept("token=good", {{"authorization", "Basic good"}})) == no_token);
  CHECK(refusal(fixture.accept("token=good", {{"authorization", "Bearer bad"}})) == no_token);
}

TEST_CASE("an open socket is a presence of its own on its shard", "[socket]") {
  SocketFixture fixture;
  {
    Player ann(fixture, "token=good&status=true");
    Player again(fixture, "token=good&status=junk");
    REQUIRE(fixture.sessions.opened_sockets.size() == 2);
    const Presence& first = fixture.sessions.opened_sockets[0];
    CHECK(first.user_id == fixture.user);
    CHECK(first.username == "ann");
    CHECK(first.shard == 3);
    CHECK(first.session_id != fixture.sessions.opened_sockets[1].session_id);
    CHECK(fixture.sessions.shows_status == std::vector<bool>{true, false});
    CHECK(ann.heard().empty());
  }
  CHECK(fixture.sessions.closed_sockets.size() == 2);
}

TEST_CASE("answers carry the cid of their request", "[socket]") {
  SocketFixture fixture;
  Player ann(fixture);
  CHECK(ann.ask(R"({"cid":"1","ping":{}})") == R"({"cid":"1","pong":{}})");
  CHECK(ann.ask(R"({"ping":{}})") == R"({"pong":{}})");
  CHECK(ann.ask(R"({"cid":"2","pong":{}})").empty());
  CHECK(ann.ask(R"({"cid":"3","statusUpdate":{}})") == R"({"cid":"3"})");
  CHECK(ann.ask(R"({"status_update":{}})") == "{}");
  CHECK(ann.ask(R"({"cid":"\"ü","ping":{}})") == R"({"cid":"\"ü","pong":{}})");
  CHECK_FALSE(ann.socket.closed);
}

TEST_CASE("what is not a request ends the socket", "[socket]") {
  for (const char* message : {"",
                              "x",
                              "[]",
                              "null",
                              "{",
                              R"({"cid":1,"ping":{}})",
                              R"({"ping":[]})",
                              R"({"ping":{},"pong":{}})",
                              R"({"ping":{"x":1}})",
                              R"({"teleport":{}})",
                              R"({"ping":{},"extra":1})",
                              R"({"rpc":{"id":"a","id":"b"}})",
                              "{\"cid\":\"\xff\"}"}) {
    SocketFixture fixture;
    Player ann(fixture);
    CAPTURE(message);
    CHECK(ann.ask(message).empty());
    REQUIRE(ann.socket.closed);
    CHECK(ann.socket.closed->starts_with("invalid message: "));
    CHECK(ann.socket.closed->size() <= 120);
    CHECK(ann.ask(R"({"ping":{}})").empty());
  }
}

TEST_CASE("a close reason fits its frame and stays UTF-8", "[socket]") {
  SocketFixture fixture;
  Player ann(fixture);
  std::string name;
  for (int i = 0; i < 100; ++i) name += "é";
  ann.say("{\"" + name + "\":1}");
  REQUIRE(ann.socket.closed);
  CHECK(ann.socket.closed->size() <= 120);
  CHECK(ann.socket.closed->ends_with("é"));
}

TEST_CASE("an envelope without a request, or with the server's words, is answered and closed",
          "[socket]") {
  const std::string missing =
      R"("error":{"code":2,"message":"Missing message: an envelope holds one request, )"
      R"(such as \"rpc\", beside its cid"}})";
  const auto unknown = [](const std::string& name) {
    return R"("error":{"code":1,"message":"Unrecognized message: \")" + name +
           R"(\" is sent by servers, not by clients"}})";
  };
  const std::pair<std::string, std::string> cases[] = {
      {R"({"cid":"1"})", R"({"cid":"1",)" + missing},
      {R"({})", "{" + missing},
      {R"({"cid":"1","match":{}})", R"({"cid":"1",)" + unknown("match")},
      {R"({"error":{}})", "{" + unknown("error")},
      {R"({"party":{}})", "{" + unknown("party")},
  };
  for (const auto& [message, answer] : cases) {
    SocketFixture fixture;
    Player ann(fixture);
    CHECK(ann.ask(message) == answer);
    CHECK(ann.socket.closed);
  }
}

TEST_CASE("requests this server does not offer are named and cost nothing", "[socket]") {
  SocketFixture fixture;
  Player ann(fixture);
  for (const std::string name : {"channel_join",
                                 "channel_leave",
                                 "channel_message_send",
                                 "channel_message_update",
                                 "channel_message_remove",
                                 "matchmaker_add",
                                 "matchmaker_remove",
                                 "party_create",
                                 "party_join",
                                 "party_leave",
                                 "party_promote",
                                 "party_accept",
                                 "party_remove",
                                 "party_close",
                                 "party_join_request_list",
                                 "party_matchmaker_add",
                                 "party_matchmaker_remove",
                                 "party_data_send",
                                 "party_update"}) {
    CHECK(ann.ask(R"({"cid":"7",")" + name + "\":{}}") ==
          R"({"cid":"7","error":{"code":3,"message":")" + name +
              R"( is not offered by this server"}})");
  }
  CHECK_FALSE(ann.socket.closed);
}

TEST_CASE("an RPC is found without regard to case and echoes its id", "[socket][rpc]") {
  SocketFixture fixture;
  fixture.game.rpcs["echo"] = echo();
  fixture.game.rpcs["fails"] = [](const RpcRequest&) -> Result<std::string> {
    return {Errc::not_found, "no such caravan"};
  };
  Player ann(fixture);
  CHECK(ann.ask(R"({"cid":"1","rpc":{"id":"Echo","payload":"{\"a\":1}","http_key":"x"}})") ==
        R"({"cid":"1","rpc":{"id":"Echo","payload":"{\"a\":1}"}})");
  CHECK(ann.ask(R"({"rpc":{"id":"echo"}})") == R"({"rpc":{"id":"echo"}})");
  CHECK(
      ann.ask(R"({"cid":"2","rpc":{}})") ==
      R"({"cid":"2","error":{"code":3,"message":"RPC ID must be set: \"id\" names the RPC to call"}})");
  CHECK(ann.ask(R"({"cid":"3","rpc":{"id":"nobody"}})") ==
        R"({"cid":"3","error":{"code":6,"message":"RPC function not found"}})");
  CHECK(ann.ask(R"({"cid":"4","rpc":{"id":"fails"}})") ==
        R"({"cid":"4","error":{"code":7,"message":"no such caravan"}})");
  const Caller& caller = fixture.game.requests.back().caller;
  CHECK(caller.user_id == fixture.user);
  CHECK(caller.session_id == fixture.sessions.opened_sockets[0].session_id);
}

TEST_CASE("a binary socket speaks Protobuf", "[socket]") {
  using nakama::realtime::Envelope;
  SocketFixture fixture;
  fixture.game.rpcs["echo"] = echo();
  Player ann(fixture, "token=good&format=protobuf");
  Envelope request;
  request.set_cid("9");
  request.mutable_rpc()->set_id("echo");
  request.mutable_rpc()->set_payload("p");
  Envelope answer;
  REQUIRE(answer.ParseFromString(ann.ask(request.SerializeAsString())));
  CHECK(answer.cid() == "9");
  CHECK(answer.rpc().payload() == "p");

  // Unknown fields are skipped; an envelope with only such fields is empty.
  const std::string unknown = "\xfa\x7f\x01x";
  REQUIRE(answer.ParseFromString(ann.ask(request.SerializeAsString() + unknown)));
  CHECK(answer.rpc().payload() == "p");
  REQUIRE(answer.ParseFromString(ann.ask(unknown)));
  CHECK(answer.error().code() == 2);
  CHECK(ann.socket.closed);
}

TEST_CASE("an RPC that waits holds up its own socket and no other", "[socket][order]") {
  SocketFixture fixture;
  fixture.game.rpcs["slow"] = echo();
  fixture.game.rpcs["fast"] = echo();
  fixture.game.held = {"slow"};
  Player ann(fixture);
  Player bob(fixture);
  CHECK(ann.ask(R"({"cid":"1","rpc":{"id":"slow"}})").empty());
  CHECK(ann.ask(R"({"cid":"2","ping":{}})").empty());
  CHECK(ann.ask(R"({"cid":"3","rpc":{"id":"slow"}})").empty());
  CHECK(ann.ask(R"({"cid":"4","rpc":{"id":"fast"}})").empty());
  CHECK(bob.ask(R"({"cid":"b","rpc":{"id":"fast"}})") == R"({"cid":"b","rpc":{"id":"fast"}})");

  fixture.game.release();
  CHECK(ann.heard() == "{\"cid\":\"1\",\"rpc\":{\"id\":\"slow\"}}\n{\"cid\":\"2\",\"pong\":{}}");
  fixture.game.release();
  CHECK(ann.heard() ==
        "{\"cid\":\"3\",\"rpc\":{\"id\":\"slow\"}}\n{\"cid\":\"4\",\"rpc\":{\"id\":\"fast\"}}");
}

TEST_CASE("a long queue of quick requests does not grow the stack", "[socket][order]") {
  protocol::SocketOptions options;
  options.waiting_requests_max = 100'000;
  options.per_socket = {};
  SocketFixture fixture(options);
  fixture.game.rpcs["slow"] = echo();
  fixture.game.held = {"slow"};
  Player ann(fixture);
  ann.say(R"({"rpc":{"id":"slow"}})");
  for (int i = 0; i < 100'000; ++i) ann.say(R"({"ping":{}})");
  fixture.game.release();
  CHECK(ann.socket.sent.size() == 100'001);
}

TEST_CASE("a socket that always has a request waiting does not grow", "[socket][order]") {
  protocol::SocketOptions options;
  options.per_socket = {};
  SocketFixture fixture(options);
  fixture.game.rpcs["slow"] = echo();
  fixture.game.held = {"slow"};
  Player ann(fixture);
  ann.say(R"({"cid":"0","rpc":{"id":"slow"}})");
  ann.say(R"({"cid":"1","rpc":{"id":"slow"}})");
  const auto ask_and_answer = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      ann.say(R"({"cid":")" + std::to_string(i + 2) + R"(","rpc":{"id":"slow"}})");
      fixture.game.release();
      const std::string expected = R"({"cid":")" + std::to_string(i) + R"(","rpc":{"id":"slow"}})";
      if (ann.heard() != expected) FAIL("no answer to request " << i);
      fixture.game.requests.clear();
    }
  };
  ask_and_answer(0, 1'000);
  const std::size_t before = bytes_in_use();
  ask_and_answer(1'000, 100'000);

  CHECK(bytes_in_use() < before + 100'000);
  CHECK(fixture.game.waiting() == 1);
}

TEST_CASE("a queue that is full closes the socket with a reason", "[socket][order]") {
  protocol::SocketOptions options;
  options.waiting_requests_max = 2;
  SocketFixture fixture(options);
  fixture.game.rpcs["slow"] = echo();
  fixture.game.held = {"slow"};
  Player ann(fixture);
  for (int i = 0; i < 3; ++i) ann.say(R"({"rpc":{"id":"slow"}})");
  CHECK_FALSE(ann.socket.closed);
  ann.say(R"({"ping":{}})");
  CHECK(ann.socket.closed == "session incoming queue full");
  fixture.game.release();
  CHECK(fixture.game.waiting() == 0);
}

TEST_CASE("an answer for a socket that has gone is dropped", "[socket][order]") {
  SocketFixture fixture;
  fixture.game.rpcs["slow"] = echo();
  fixture.game.held = {"slow"};
  Player ann(fixture);
  ann.say(R"({"rpc":{"id":"slow"}})");
  ann.leave();
  fixture.game.release();
  CHECK(ann.heard().empty());
}

TEST_CASE("a host that stops answers what it has begun, and begins nothing more", "[socket][end]") {
  SocketFixture fixture;
  fixture.game.rpcs["slow"] = echo();
  fixture.game.held = {"slow"};
  Player idle(fixture);
  Player ann(fixture);
  ann.say(R"({"cid":"1","rpc":{"id":"slow"}})");
  ann.say(R"({"cid":"2","rpc":{"id":"slow"}})");
  ann.say(R"({"cid":"3","match_join":{"match_id":"00000000-0000-4000-8000-000000000001.arena"}})");

  idle.end("server is shutting down");
  ann.end("server is shutting down");
  CHECK(idle.socket.closed == "server is shutting down");
  CHECK_FALSE(ann.socket.closed);
  fixture.game.release();

  CHECK(ann.heard() ==
        "{\"cid\":\"1\",\"rpc\":{\"id\":\"slow\"}}\n"
        "{\"cid\":\"2\",\"error\":{\"code\":7,\"message\":\"The server is shutting down\"}}\n"
        "{\"cid\":\"3\",\"error\":{\"message\":\"The server is shutting down\"}}");
  CHECK(ann.socket.closed == "server is shutting down");
  CHECK(fixture.game.requests.size() == 1);
  CHECK(fixture.game.joins.empty());
}

TEST_CASE("too many requests are refused one by one, and a flood ends the socket",
          "[socket][limit]") {
  protocol::SocketOptions options;
  options.per_socket = {10, 2};
  options.refusals_max = 2;
  options.calm_s = 10;
  SocketFixture fixture(options);
  Player ann(fixture);
  const std::string ping = R"({"cid":"1","ping":{}})";
  const std::string pong = R"({"cid":"1","pong":{}})";
  const std::string error =
      R"text("error":{"code":3,"message":"Too many requests, the limit is 10 a second: )text"
      R"text(send fewer (socket.max_messages_per_socket_sec)"}})text";
  const std::string refused = R"({"cid":"1",)" + error;
  CHECK(ann.ask(ping) == pong);
  CHECK(ann.ask(ping) == pong);
  CHECK(ann.ask(ping) == refused);
  fixture.clock.advance_ms(100);
  CHECK(ann.ask(ping) == pong);
  CHECK(ann.ask(ping) == refused);

  fixture.clock.advance_ms(11'000);  // after a calm time the count starts again
  CHECK(ann.ask(ping) == pong);
  CHECK(ann.ask(ping) == pong);
  CHECK(ann.ask(ping) == refused);
  CHECK(ann.ask(ping) == refused);
  CHECK_FALSE(ann.socket.closed);
  CHECK(ann.ask(ping) == "{" + error);
  CHECK(ann.socket.closed == "too many requests");
}

TEST_CASE("frames that are no messages count in the limit of floods", "[socket][limit]") {
  protocol::SocketOptions options;
  options.per_socket = {10, 2};
  options.refusals_max = 2;
  SocketFixture fixture(options);
  Player ann(fixture);
  for (int i = 0; i < 4; ++i) ann.frame();
  CHECK_FALSE(ann.socket.closed);
  ann.frame();
  CHECK(ann.socket.closed == "too many requests");
}

TEST_CASE("a socket more than a player may have is refused, and its place given back at the end",
          "[socket][limit]") {
  SocketFixture fixture;
  {
    Player ann(fixture);
    CHECK(fixture.sessions.reserved == 1);
    fixture.accept("token=good").session.reset();  // accepted, but never opened
    CHECK(fixture.sessions.reserved == 1);
  }
  CHECK(fixture.sessions.reserved == 0);

  fixture.sessions.room = {Errc::resource_exhausted, "too many sockets (limits.player_sockets)"};
  const auto accepted = fixture.accept("token=good");
  CHECK_FALSE(accepted.session);
  CHECK(accepted.refusal.status == 429);
  CHECK(accepted.refusal.text == "too many sockets (limits.player_sockets)");
}

TEST_CASE("a socket is opened by its login", "[socket]") {
  SocketFixture fixture;
  fixture.identity.tokens.at("good").token_id = "family";
  fixture.identity.tokens.at("good").issued_s = 42;
  Player ann(fixture);
  REQUIRE(fixture.sessions.openings.size() == 1);
  CHECK(fixture.sessions.openings[0].token_id == "family");
  CHECK(fixture.sessions.openings[0].issued_s == 42);
}

TEST_CASE("who is held back is not read until the others have what he sent", "[socket][order]") {
  SocketFixture fixture;
  fixture.sessions.holds_senders = true;
  Player ann(fixture);
  CHECK(ann.takes_more());

  ann.say(
      R"({"match_data_send":{"match_id":"0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51.","op_code":1}})");
  CHECK_FALSE(ann.takes_more());
  CHECK(ann.socket.read_on_calls == 0);
  fixture.sessions.go_on();

  CHECK(ann.takes_more());
  CHECK(ann.socket.read_on_calls == 1);
  CHECK(ann.ask(R"({"cid":"1","ping":{}})") == R"({"cid":"1","pong":{}})");
}
