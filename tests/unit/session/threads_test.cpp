// The session layer on shards that really run at the same time, made for the thread sanitizer.
#include <array>
#include <atomic>
#include <future>
#include <random>
#include <thread>

#include "session_world.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

constexpr std::uint32_t kShards = 4;

class CountingSocket final : public ClientSocket {
 public:
  explicit CountingSocket(SocketFormat format) : format_(format) {}
  void send(std::string) override { ++received; }
  void send_shared(std::shared_ptr<const std::string> message) override {
    received += message->empty() ? 0 : 1;
  }
  void close(std::string_view) override {}
  void drop() override {}
  SocketFormat format() const override { return format_; }
  bool is_slow() override { return false; }
  void read_on() override {}
  int received = 0;

 private:
  SocketFormat format_;
};

struct Player {
  Presence presence;
  CountingSocket socket;
};

struct RunningShards {
  explicit RunningShards(ManualShards& the_shards) : shards(the_shards) {
    for (std::uint32_t i = 0; i < kShards; ++i) {
      threads[i] = std::thread([this, i] { shards.at(i).run(); });
    }
  }
  ~RunningShards() {
    for (std::uint32_t i = 0; i < kShards; ++i) shards.at(i).stop();
    for (std::thread& thread : threads) thread.join();
  }

  // Waits until everything posted so far has run, and everything posted by that, up to the largest
  // number of hops.
  void settle() {
    for (int hop = 0; hop < 16; ++hop) {
      for (std::uint32_t i = 0; i < kShards; ++i) {
        std::promise<void> ran;
        shards.at(i).post([&ran] { ran.set_value(); });
        ran.get_future().wait();
      }
    }
  }

  ManualShards& shards;
  std::array<std::thread, kShards> threads;
};

}  // namespace

TEST_CASE("sockets come, play and go on shards that run at once", "[threads]") {
  SessionWorld world(kShards);
  std::deque<Player> players;
  const StreamId battle = serai::MatchId{Uuid::make_random().text(), "battle"}.stream();
  const std::uint32_t home = world.home(battle);
  std::mt19937_64 random(7);
  std::atomic<int> refused_statuses = 0;  // Catch's checks are for the test's own thread
  {
    RunningShards running(world.shards);
    for (std::uint32_t i = 0; i < 200; ++i) {
      const std::uint32_t shard = i % kShards;
      const Uuid user = Uuid::from_random(random() % 20, 3);
      players.push_back({{user, Uuid::make_random(), "player", shard},
                         CountingSocket(i % 2 == 0 ? SocketFormat::json : SocketFormat::protobuf)});
      Player& player = players.back();
      Sessions& sessions = world.layer->sessions(shard);
      world.post(shard, [&] {
        sessions.opened(player.presence, player.socket, {true, "", 0});
        sessions.match_create(player.presence, "hall", [](Result<RelayedMatch>) {});
        sessions.follow(player.presence.session_id,
                        {Uuid::from_random(5, 3)},
                        [](Result<std::vector<StatusPresence>>) {});
        sessions.match_data(player.presence,
                            {Uuid::make_named("hall").text(), ""},
                            1,
                            "hi",
                            true,
                            {},
                            [](const Result<Unit>&) {});
        if (!sessions.update_status(player.presence, "playing")) ++refused_statuses;
      });
      world.post(home, [&] {
        world.layer->streams(home).join(battle, player.presence);
        world.layer->streams(home).send_match_data(battle, {}, std::nullopt);
      });
      CHECK_NOTHROW(sessions.is_online(user));
      if (i % 3 != 0) {
        world.post(shard, [&] { sessions.closed(player.presence.session_id); });
      }
    }
    running.settle();
    CHECK(world.layer->sessions(0).count() == 67);
    CHECK(world.layer->open(100).listed.size() == 67);
    const session::OpenSessions some = world.layer->open(20);
    CHECK(some.listed.size() == 20);
    CHECK(some.count == 67);
    CHECK(some.shards_missing == 0);
    for (Player& player : players) {
      const std::uint32_t shard = player.presence.shard;
      world.post(shard,
                 [&, shard] { world.layer->sessions(shard).closed(player.presence.session_id); });
    }
    running.settle();
  }

  CHECK(world.layer->sessions(0).count() == 0);
  CHECK(world.members(battle).empty());
  CHECK(world.members({StreamMode::match_relayed, Uuid::make_named("hall"), {}, ""}).empty());
  CHECK(world.listener.left.size() == 200);
  CHECK(refused_statuses == 0);
  int received = 0;
  for (const Player& player : players) received += player.socket.received;
  CHECK(received > 0);
}
