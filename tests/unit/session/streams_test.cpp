#include "session_world.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

StreamId match_stream() { return serai::MatchId{Uuid::make_random().text(), "battle"}.stream(); }

struct StreamWorld : SessionWorld {
  using SessionWorld::SessionWorld;

  bool join(const StreamId& stream, const Client& client) {
    bool joined = false;
    at(home(stream), [&] { joined = layer->streams(home(stream)).join(stream, client.presence); });
    return joined;
  }
  bool leave(const StreamId& stream, const Client& client) {
    bool left = false;
    at(home(stream), [&] {
      left = layer->streams(home(stream)).leave(stream, client.session(), LeaveReason::kicked);
    });
    return left;
  }
  void send(const StreamId& stream,
            std::int64_t op_code,
            std::optional<std::vector<Uuid>> targets = std::nullopt) {
    at(home(stream), [&] {
      MatchData data;
      data.op_code = op_code;
      data.data = "blow";
      std::optional<std::span<const Uuid>> view;
      if (targets) view = *targets;
      layer->streams(home(stream)).send_match_data(stream, data, view);
    });
  }
};

std::vector<std::int64_t> op_codes(Client& client) {
  std::vector<std::int64_t> codes;
  for (const Envelope& envelope : client.take()) {
    if (envelope.has_match_data()) codes.push_back(envelope.match_data().op_code());
  }
  return codes;
}

}  // namespace

TEST_CASE("a join is sent to everybody on the stream, the joiner included", "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  Client& ann = world.open(0);
  Client& bob = world.open(1, Uuid::make_random(), false, SocketFormat::protobuf);

  CHECK(world.join(stream, ann));
  ann.take();
  CHECK(world.join(stream, bob));

  for (Client* client : {&ann, &bob}) {
    const auto events = client->take();
    REQUIRE(events.size() == 1);
    const auto& event = events[0].match_presence_event();
    CHECK(event.match_id() == stream.label);
    REQUIRE(event.joins_size() == 1);
    CHECK(event.joins(0).session_id() == bob.session().text());
    CHECK(event.joins(0).user_id() == bob.presence.user_id.text());
    CHECK(event.joins(0).username() == bob.presence.username);
    CHECK_FALSE(event.joins(0).has_status());
  }
  CHECK(world.members(stream).size() == 2);
}

TEST_CASE("joining twice changes and tells nothing", "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  Client& ann = world.open(0);
  REQUIRE(world.join(stream, ann));
  ann.take();

  CHECK_FALSE(world.join(stream, ann));

  CHECK(ann.take().empty());
  CHECK(world.members(stream).size() == 1);
}

TEST_CASE("a leave is sent to the others, not to the one who left", "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  world.join(stream, ann);
  world.join(stream, bob);
  ann.take();
  bob.take();

  CHECK(world.leave(stream, bob));
  CHECK_FALSE(world.leave(stream, bob));

  CHECK(bob.take().empty());
  const auto events = ann.take();
  REQUIRE(events.size() == 1);
  CHECK(events[0].match_presence_event().leaves(0).session_id() == bob.session().text());
  CHECK(world.listener.left.empty());
}

TEST_CASE("a stream closed as a whole tells nobody", "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  Client& ann = world.open(0);
  world.join(stream, ann);
  ann.take();

  world.at(world.home(stream), [&] { world.layer->streams(world.home(stream)).close(stream); });

  CHECK(ann.take().empty());
  CHECK(world.members(stream).empty());
  world.close(ann);
  CHECK(world.listener.left.empty());
}

TEST_CASE("a closed socket leaves its streams on all shards, and matches hear why", "[streams]") {
  StreamWorld world;
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  std::vector<StreamId> streams;
  for (int i = 0; i < 12; ++i) streams.push_back(match_stream());
  streams.push_back({StreamMode::channel, {}, {}, "lobby"});
  for (const StreamId& stream : streams) {
    world.join(stream, ann);
    world.join(stream, bob);
  }
  ann.take();
  bob.take();

  world.close(ann);

  CHECK(bob.take().size() == streams.size());
  CHECK(ann.take().empty());
  REQUIRE(world.listener.left.size() == 12);
  for (const MatchLeft& left : world.listener.left) {
    CHECK(left.session_id == ann.session());
    CHECK(left.match.kind == "battle");
    CHECK(left.reason == LeaveReason::disconnect);
  }
  for (const StreamId& stream : streams) CHECK(world.members(stream).size() == 1);
}

TEST_CASE("a join that crosses the closing of its socket is taken back", "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  Client& ann = world.open((world.home(stream) + 1) % 4);
  const Presence presence = ann.presence;
  world.close(ann);

  world.at(world.home(stream),
           [&] { CHECK(world.layer->streams(world.home(stream)).join(stream, presence)); });

  CHECK(world.members(stream).empty());
  REQUIRE(world.listener.left.size() == 1);
  CHECK(world.listener.left[0].reason == LeaveReason::disconnect);
  CHECK(ann.socket.sent_after_close == 0);
}

TEST_CASE("a presence from a host with more shards is found to be gone", "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  Presence old{Uuid::make_random(), Uuid::make_random(), "old", 17};

  world.at(world.home(stream), [&] { world.layer->streams(world.home(stream)).join(stream, old); });

  CHECK(world.members(stream).empty());
  CHECK(world.listener.left.size() == 1);
}

TEST_CASE("data goes to all, to the listed members, or with an empty list to nobody", "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  Client& eve = world.open(2);
  world.join(stream, ann);
  world.join(stream, bob);

  world.send(stream, 1);
  world.send(stream, 2, std::vector<Uuid>{bob.session(), eve.session()});
  world.send(stream, 3, std::vector<Uuid>{});

  CHECK(op_codes(ann) == std::vector<std::int64_t>{1});
  CHECK(op_codes(bob) == std::vector<std::int64_t>{1, 2});
  CHECK(op_codes(eve).empty());
}

TEST_CASE("refused match data is answered to its sender's socket alone, without a cid",
          "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  Client& ann = world.open(0);
  Client& bob = world.open(1);
  world.join(stream, ann);
  world.join(stream, bob);
  ann.take();
  bob.take();

  world.at(world.home(stream), [&] {
    Streams& streams = world.layer->streams(world.home(stream));
    streams.refuse_match_data({ann.session(), 0}, {Errc::failed_precondition, "no fouls"});
    streams.refuse_match_data({ann.session(), 0}, {Errc::unimplemented, "no such op"});
  });

  const auto answers = ann.take();
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].cid().empty());
  CHECK(answers[0].error().message() == "no fouls");
  CHECK(answers[0].error().code() == nakama::realtime::Error::RUNTIME_FUNCTION_EXCEPTION);
  CHECK(answers[1].error().code() == nakama::realtime::Error::BAD_INPUT);
  CHECK(bob.take().empty());
}

TEST_CASE("a message is encoded once per format and its bytes are shared", "[streams]") {
  StreamWorld world;
  const StreamId stream = match_stream();
  std::vector<Client*> clients;
  for (std::uint32_t i = 0; i < 12; ++i) {
    const auto format = i % 3 == 0 ? SocketFormat::protobuf : SocketFormat::json;
    clients.push_back(&world.open(i % 4, Uuid::make_random(), false, format));
    world.join(stream, *clients.back());
  }
  const int before = world.codec.encoded;

  world.send(stream, 7);

  CHECK(world.codec.encoded == before + 2);
  for (Client* client : clients) CHECK(op_codes(*client) == std::vector<std::int64_t>{7});
  CHECK(clients[1]->socket.buffers.back() == clients[2]->socket.buffers.back());
  CHECK(clients[0]->socket.buffers.back() == clients[3]->socket.buffers.back());
}

TEST_CASE("a notification reaches all sockets of its user and no other", "[streams]") {
  StreamWorld world;
  const Uuid user = Uuid::make_random();
  Client& phone = world.open(0, user);
  Client& tablet = world.open(3, user);
  Client& other = world.open(1);
  Notification notification;
  notification.id = Uuid::make_random();
  notification.user_id = user;
  notification.subject = "reward";
  notification.content = R"({"gold":5})";
  notification.code = 12;
  notification.create_s = 1'700'000'000;

  world.at(2, [&] { world.layer->streams(2).notify(notification); });

  for (Client* client : {&phone, &tablet}) {
    const auto received = client->take();
    REQUIRE(received.size() == 1);
    const auto& out = received[0].notifications().notifications(0);
    CHECK(out.subject() == "reward");
    CHECK(out.content() == R"({"gold":5})");
    CHECK(out.code() == 12);
    CHECK(out.sender_id() == "00000000-0000-0000-0000-000000000000");
    CHECK(out.create_time().seconds() == 1'700'000'000);
    CHECK_FALSE(out.persistent());
  }
  CHECK(other.take().empty());
}

TEST_CASE("a user's own streams list the sockets, those with a status for mode 1", "[streams]") {
  StreamWorld world;
  const Uuid user = Uuid::make_random();
  world.open(0, user, true);
  world.open(1, user, false);

  CHECK(world.members({StreamMode::notifications, user, {}, ""}).size() == 2);
  CHECK(world.members({StreamMode::status, user, {}, ""}).size() == 1);
}

TEST_CASE("disconnecting a user closes the sockets after what was sent before", "[streams]") {
  StreamWorld world;
  const Uuid user = Uuid::make_random();
  const StreamId stream = match_stream();
  Client& ann = world.open(0, user);
  Client& bob = world.open(1);
  world.join(stream, ann);
  world.join(stream, bob);
  ann.take();

  world.at(3, [&] {
    Notification notification;
    notification.user_id = user;
    notification.code = -8;
    world.layer->streams(3).notify(notification);
    world.layer->streams(3).disconnect(user, "banned");
  });
  world.send(stream, 5);

  CHECK(ann.socket.is_closed);
  CHECK(ann.socket.close_reason == "banned");
  CHECK(ann.socket.sent_after_close == 0);
  const auto received = ann.take();
  REQUIRE(received.size() == 1);
  CHECK(received[0].notifications().notifications(0).code() == -8);
  CHECK(world.members(stream).size() == 1);
  CHECK(world.layer->sessions(0).count() == 1);
  world.close(ann);  // a later close by the socket layer changes nothing
  CHECK(world.layer->sessions(0).count() == 1);
}
