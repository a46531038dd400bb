// Sessions that outlive their connections: what a client that comes back gets, what others see of
// it meanwhile, and which tokens are refused.
#include "resume_world.hpp"
#include "session/resume_buffer.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

SessionOptions with(void (*change)(SessionOptions&)) {
  SessionOptions options = quick_options();
  change(options);
  return options;
}

// A client that is in a match with Bob, and whose first message the host has.
struct InMatch : ResumeWorld {
  explicit InMatch(SessionOptions options = quick_options())
      : ResumeWorld(std::move(options)), bob(open(1)), first(&connect(ann)) {
    say(*first, "hello");
    match = create_match(ann)->match;
    REQUIRE(join(bob, match).ok());
    run();
    bob.take();
  }
  std::size_t size() { return members(match.stream()).size(); }
  // The number of the last message that the connection got.
  static std::uint64_t last_of(const FakeConnection& connection) {
    const std::string& text = connection.received.back();
    return std::stoull(text.substr(0, text.find(':')));
  }

  Client& bob;
  Resumer ann;
  FakeConnection* first;
  MatchId match;
};

}  // namespace

TEST_CASE("the first message on a connection is a greeting, and the others have numbers",
          "[resume]") {
  ResumeWorld world;
  Resumer ann;
  FakeConnection& connection = world.connect(ann);
  CHECK(rest_of_greeting(connection) == "30000 new 0 ");
  CHECK(token_of(connection).starts_with("0."));
  world.push(ann, "a");
  world.push(ann, "b");
  CHECK(messages_of(connection) == Texts{"1:a", "2:b"});

  Resumer again;
  FakeConnection& refused = world.connect(again, Uuid::make_random(), {}, ResumeRefusal::expired);
  CHECK(rest_of_greeting(refused) == "30000 new 0 expired");
}

TEST_CASE("a client that comes back gets what it missed, in order, and others saw nothing",
          "[resume]") {
  InMatch world;
  const std::string token = token_of(*world.first);
  const std::uint64_t last = InMatch::last_of(*world.first);
  world.send(world.bob, world.match, "lost on the way");
  world.cut(*world.first);
  CHECK(world.parked() == 1);
  CHECK(world.level("serai_sockets_open") == 1);
  world.send(world.bob, world.match, "while parked");
  world.pass_ms(29'000);
  CHECK(world.size() == 2);

  FakeConnection& second = world.resume(world.ann, token, last);
  CHECK(rest_of_greeting(second) == "30000 resumed 1 ");
  const Texts missed = messages_of(second);
  REQUIRE(missed.size() == 2);
  CHECK(missed[0].starts_with(std::to_string(last + 1) + ":"));
  CHECK(missed[0].find("lost on the way") != std::string::npos);
  CHECK(missed[1].find("while parked") != std::string::npos);
  world.send(world.bob, world.match, "afterwards");
  CHECK(messages_of(second).back().starts_with(std::to_string(last + 3) + ":"));

  CHECK(world.bob.take().empty());
  CHECK(world.parked() == 0);
  CHECK(world.metrics.value("serai_resumes_total", "resumed") == 1);
  world.pass_ms(60'000);
  CHECK(world.size() == 2);
}

TEST_CASE("a session that was parked for too long ends as if it had been closed", "[resume]") {
  InMatch world;
  const std::string token = token_of(*world.first);
  world.cut(*world.first);
  world.pass_ms(30'000);
  CHECK(world.size() == 1);
  const auto events = world.bob.take();
  REQUIRE(events.size() == 1);
  CHECK(events[0].match_presence_event().leaves_size() == 1);
  CHECK(world.ann.seat->is_closed);
  CHECK(world.parked() == 0);
  CHECK(world.level("serai_sockets_open") == 1);
  CHECK(world.level("serai_resume_buffer_bytes") == 0);
  CHECK(world.refusal(world.ann, token) == ResumeRefusal::expired);
  CHECK(world.metrics.value("serai_resumes_total", "expired") == 1);
}

TEST_CASE("a session ends with its connection when one side has closed it", "[resume]") {
  InMatch world;
  const std::string token = token_of(*world.first);
  SECTION("the client") {
    world.cut(*world.first, SocketEnd::by_client);
    CHECK(world.bob.take().size() == 1);
  }
  SECTION("the host, for a wrong message") {
    world.cut(*world.first, SocketEnd::by_host);
    CHECK(world.bob.take().size() == 1);
  }
  SECTION("the session, while it has a connection") {
    world.at(0, [&] { world.ann.seat->socket->close("why"); });
    CHECK(world.first->closed == "why");
    world.cut(*world.first, SocketEnd::by_host);
  }
  SECTION("a disconnect, while it is parked") {
    world.cut(*world.first);
    world.at(1, [&] { world.layer->streams(1).disconnect(world.ann.presence.user_id, "banned"); });
  }
  CHECK(world.ann.seat->is_closed);
  CHECK(world.size() == 1);
  CHECK(world.parked() == 0);
  CHECK(world.refusal(world.ann, token) == ResumeRefusal::ended);
}

TEST_CASE("a client may come back that got the first greeting and has said nothing yet",
          "[resume]") {
  ResumeWorld world;
  Resumer ann;
  FakeConnection& connection = world.connect(ann);
  world.cut(connection);
  CHECK(world.parked() == 1);
  CHECK(rest_of_greeting(world.resume(ann, token_of(connection), 0)) == "30000 resumed 0 ");
}

TEST_CASE("a token is for one resume, and valid until the client has the next", "[resume]") {
  InMatch world;
  const std::uint64_t last = InMatch::last_of(*world.first);
  const std::string token = token_of(*world.first);
  world.cut(*world.first);
  // The greeting of this connection is lost: the old token is still good.
  FakeConnection& lost = world.resume(world.ann, token, last);
  world.cut(lost);
  FakeConnection& second = world.resume(world.ann, token, last);
  CHECK(world.refusal(world.ann, token_of(lost), last) == ResumeRefusal::used);
  world.say(second, "the greeting came");
  CHECK(world.refusal(world.ann, token, last) == ResumeRefusal::used);
  world.cut(second);
  FakeConnection& third = world.resume(world.ann, token_of(second), last);
  CHECK(rest_of_greeting(third) == "30000 resumed 2 ");
  CHECK(token_of(third) != token_of(second));
}

TEST_CASE("wrong tokens and numbers are refused, and change nothing", "[resume]") {
  InMatch world;
  const std::uint64_t last = InMatch::last_of(*world.first);
  const std::string token = token_of(*world.first);
  world.cut(*world.first);
  for (const char* wrong : {"",
                            "0",
                            "0.",
                            "0.x",
                            "-1.11111111-1111-4111-8111-111111111111",
                            "0.11111111-1111-4111-8111-111111111111",
                            "0.00000000-0000-0000-0000-000000000000"}) {
    CHECK(world.refusal(world.ann, wrong) == ResumeRefusal::unknown);
  }
  CHECK(world.ask(Uuid::make_random(), token, last)->refusal == ResumeRefusal::other_user);
  const Uuid& user = world.ann.presence.user_id;
  CHECK(world.ask(user, token, last, SocketFormat::protobuf)->refusal ==
        ResumeRefusal::other_format);
  CHECK(world.ask(user, token, std::nullopt)->refusal == ResumeRefusal::wrong_number);
  CHECK(world.ask(user, token, last + 1)->refusal == ResumeRefusal::wrong_number);
  CHECK(world.parked() == 1);
  world.resume(world.ann, token, last);
}

TEST_CASE("the shard of a token can be read by any shard", "[resume]") {
  ResumeWorld world;
  const std::string id = ".11111111-1111-4111-8111-111111111111";
  CHECK(world.resumes(0).shard_of("1" + id) == 1);
  CHECK_FALSE(world.resumes(0).shard_of("2" + id));  // there are two
  CHECK_FALSE(world.resumes(0).shard_of("x" + id));
}

TEST_CASE("a new connection takes over from one that still seems open", "[resume]") {
  InMatch world;
  const std::uint64_t last = InMatch::last_of(*world.first);
  FakeConnection& second = world.resume(world.ann, token_of(*world.first), last);
  CHECK(world.first->is_dropped);
  CHECK(world.level("serai_sockets_open") == 2);
  world.say(*world.first, "too late");
  world.cut(*world.first);
  CHECK(world.ann.seat->messages == Texts{"hello"});
  world.push(world.ann, "a");
  CHECK(messages_of(second) == Texts{std::to_string(last + 1) + ":a"});
  CHECK(world.bob.take().empty());
}

TEST_CASE("what a slow client missed is sent piece by piece, and nothing overtakes it",
          "[resume]") {
  ResumeWorld world;
  Resumer ann;
  FakeConnection& first = world.connect(ann);
  world.say(first, "hello");
  world.cut(first);
  for (int i = 0; i < 6; ++i) world.push(ann, "m");
  FakeConnection& second = world.resume(ann, token_of(first), 0, 4);
  CHECK(messages_of(second) == Texts{"1:m", "2:m", "3:m"});
  world.push(ann, "new");
  CHECK(messages_of(second).size() == 3);
  world.at(0, [&] { CHECK(ann.seat->socket->is_slow()); });
  world.flush(second);
  CHECK(messages_of(second) == Texts{"1:m", "2:m", "3:m", "4:m", "5:m", "6:m", "7:new"});
}

TEST_CASE("a parked session that lost a message says so, and ends", "[resume]") {
  InMatch world(with([](SessionOptions& options) { options.resume.bounds.messages_max = 4; }));
  const std::string token = token_of(*world.first);
  const std::uint64_t last = InMatch::last_of(*world.first);
  world.cut(*world.first);
  for (int i = 0; i < 5; ++i) world.send(world.bob, world.match, "m");
  CHECK(world.metrics.value("serai_resume_overflows_total", "messages") == 1);
  CHECK(world.level("serai_resume_buffer_bytes") == 0);
  CHECK(world.size() == 2);  // others see no leave before the time is over
  CHECK(world.refusal(world.ann, token, last) == ResumeRefusal::missed);
  world.run();
  CHECK(world.size() == 1);
  CHECK(world.refusal(world.ann, token, last) == ResumeRefusal::missed);
}

TEST_CASE("messages that were sent may be dropped, but then the client must have them",
          "[resume]") {
  ResumeWorld world(with([](SessionOptions& options) { options.resume.bounds.messages_max = 2; }));
  Resumer ann;
  FakeConnection& first = world.connect(ann);
  world.say(first, "hello");
  for (int i = 0; i < 5; ++i) world.push(ann, "m");
  CHECK(messages_of(first).size() == 5);
  CHECK_FALSE(first.closed);
  world.cut(first);
  SECTION("it has") { CHECK(messages_of(world.resume(ann, token_of(first), 3)).size() == 2); }
  SECTION("it has not") {
    CHECK(world.refusal(ann, token_of(first), 2) == ResumeRefusal::missed);
    CHECK(ann.seat->is_closed);
  }
}

TEST_CASE("an answer that is larger than the buffer is sent all the same", "[resume]") {
  ResumeWorld world(with([](SessionOptions& options) { options.resume.bounds.bytes_max = 100; }));
  Resumer ann;
  FakeConnection& first = world.connect(ann);
  world.say(first, "hello");
  const std::string large(1'000, 'x');
  world.push(ann, large);
  CHECK(messages_of(first) == Texts{"1:" + large});
  CHECK_FALSE(first.closed);
}

TEST_CASE("old messages are dropped while a client is connected", "[resume]") {
  ResumeWorld world;
  Resumer ann;
  FakeConnection& first = world.connect(ann);
  world.say(first, "hello");
  world.push(ann, "m");
  CHECK(world.level("serai_resume_buffer_bytes") == 1.0 + ResumeBuffer::kEntryBytes);
  world.pass_ms(60'000);
  CHECK(world.level("serai_resume_buffer_bytes") == 0);
  CHECK_FALSE(first.closed);
}

TEST_CASE("a client that reads nothing is parked instead of closed", "[resume]") {
  InMatch world;
  world.first->slow_after = world.first->received.size();
  for (int i = 0; i < 40; ++i) {
    world.at(world.home(world.match.stream()), [&] {
      world.layer->streams(world.home(world.match.stream()))
          .send_match_data(world.match.stream(), {1, "m", std::nullopt, true}, std::nullopt);
    });
  }
  CHECK(world.first->is_dropped);
  CHECK(world.parked() == 1);
  const std::uint64_t last = InMatch::last_of(*world.first);
  FakeConnection& second = world.resume(world.ann, token_of(*world.first), last);
  CHECK(messages_of(second).size() == 40);
}

TEST_CASE("parked sessions have a bound of their own for each player", "[resume]") {
  ResumeWorld world(with([](SessionOptions& options) { options.sockets_max = 1; }));
  const Uuid user = Uuid::make_random();
  Resumer ann;
  FakeConnection& first = world.connect(ann, user);
  world.say(first, "hello");
  world.cut(first);
  // A parked session leaves its place to another socket, and then has to wait for it.
  Resumer other;
  FakeConnection& second = world.connect(other, user);
  world.say(second, "hello");
  const auto refused = world.ask(user, token_of(first), 0);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::resource_exhausted);
  world.cut(second);
  CHECK(world.parked() == 1);
  CHECK(other.seat->is_closed);
  world.resume(ann, token_of(first), 0);
}

TEST_CASE("a session ends with the login that resumed it last", "[resume]") {
  ResumeWorld world;
  Resumer ann;
  FakeConnection& first = world.connect(ann, Uuid::make_random(), {false, "login-1", 1});
  world.say(first, "hello");
  world.cut(first);
  world.login_id = "login-2";
  FakeConnection& second = world.resume(ann, token_of(first), 0);
  world.run();
  TokenClaims login;
  login.token_id = "login-2";
  login.user_id = ann.presence.user_id;
  login.expires_s = world.clock.now_ms() / 1000 + 60;
  const auto out = world.await<Unit>(0, [&](Callback<Unit> answer) {
    world.layer->identity(0).logout(login, "", "", std::move(answer));
  });
  REQUIRE(out.ok());
  world.run();
  CHECK(second.closed == "logged out");
}

TEST_CASE("with resume_ms zero, and after the shutdown has begun, nothing is parked", "[resume]") {
  InMatch world;
  SECTION("zero") {
    world.layer->set_resume_ms(0);
    world.cut(*world.first);
  }
  SECTION("the shutdown comes first") {
    world.layer->end_parked();
    world.run();
    world.cut(*world.first);
  }
  SECTION("the session is parked") {
    world.cut(*world.first);
    world.layer->end_parked();
    world.run();
  }
  CHECK(world.parked() == 0);
  CHECK(world.ann.seat->is_closed);
  CHECK(world.bob.take().size() == 1);
}

TEST_CASE("operators see which sessions are parked", "[resume]") {
  InMatch world;
  const auto shown = [&] {
    session::OpenSessions found;
    // The caller waits for the shards, so it must not be the thread that runs them.
    std::thread asking([&] { found = world.layer->open(10); });
    REQUIRE(wait_for([&] {
      world.run();
      return found.count == 2;
    }));
    asking.join();
    return found;
  };
  CHECK(shown().parked == 0);
  world.cut(*world.first);
  CHECK(shown().parked == 1);
}

TEST_CASE("sessions may be destroyed before their connections, when the host is", "[resume]") {
  InMatch world;
  Resumer other;
  FakeConnection& parked = world.connect(other);
  world.say(parked, "hello");
  world.cut(parked);
  world.layer->destroy_resumable();
  CHECK_FALSE(world.ann.seat->is_closed);
  CHECK(world.ann.seat.use_count() == 1);
  CHECK(other.seat.use_count() == 1);
}

TEST_CASE("an upgrade that fails leaves no session behind", "[resume]") {
  ResumeWorld world;
  Resumer ann;
  const Uuid user = Uuid::make_random();
  world.at(0, [&] {
    REQUIRE(world.layer->sessions(0).reserve_socket(user).ok());
    ann.presence = {user, Uuid::make_random(), "ann", 0};
    auto seat =
        std::make_unique<Seat>(world.layer->sessions(0), ann.presence, SocketOpening{}, ann.seat);
    world.resumes().begin(std::move(seat), ann.presence, SocketFormat::json, ResumeRefusal::none);
  });
  CHECK(ann.seat.use_count() == 1);
}
