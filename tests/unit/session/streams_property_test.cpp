// Random joins, leaves, sends and closings over four shards, which run in random order in between.
// In every order, memberships, events and data must agree with a model of plain sets.
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "session_world.hpp"

using namespace serai;
using namespace serai::session;
using namespace serai::testing;

namespace {

using Membership = std::pair<Uuid, std::size_t>;  // session, number of the stream

struct Simulation : SessionWorld {
  explicit Simulation(std::uint64_t seed) : random(seed) {
    for (int i = 0; i < 6; ++i) {
      streams.push_back(MatchId{Uuid::make_random().text(), "battle"}.stream());
    }
    for (int i = 0; i < 3; ++i) {
      streams.push_back({StreamMode::match_relayed, Uuid::make_named(std::to_string(i)), {}, ""});
    }
  }

  std::uint64_t below(std::uint64_t bound) { return random() % bound; }
  bool is_authoritative(std::size_t stream) const {
    return streams[stream].mode == StreamMode::match_authoritative;
  }
  Client* some_open_client() {
    std::vector<Client*> open_ones;
    for (Client& client : clients) {
      if (!closing.contains(client.session())) open_ones.push_back(&client);
    }
    return open_ones.empty() ? nullptr : open_ones[below(open_ones.size())];
  }

  void open_one() {
    const auto shard = static_cast<std::uint32_t>(below(4));
    const auto format = below(2) == 0 ? SocketFormat::json : SocketFormat::protobuf;
    const Uuid user = Uuid::from_random(below(5), 1);
    clients.push_back({{user, Uuid::make_random(), "player", shard}, FakeSocket(format)});
    Client& client = clients.back();
    post(shard, [this, &client, shard] {
      layer->sessions(shard).opened(client.presence, client.socket, {});
    });
  }

  void close_one(Client& client) {
    closing.insert(client.session());
    for (std::size_t i = 0; i < streams.size(); ++i) model.erase({client.session(), i});
    const std::uint32_t shard = client.presence.shard;
    post(shard, [this, &client, shard] {
      client.socket.is_closed = true;  // from here on nothing may be sent to it
      layer->sessions(shard).closed(client.session());
    });
  }

  void join_one(Client& client, std::size_t number) {
    model.insert({client.session(), number});
    const StreamId stream = streams[number];
    if (!is_authoritative(number)) {
      const std::uint32_t shard = client.presence.shard;
      post(shard, [this, &client, shard, number] {
        layer->sessions(shard).match_create(
            client.presence, std::to_string(number - 6), [](Result<RelayedMatch>) {});
      });
      return;
    }
    post(home(stream), [this, &client, stream, number] {
      Streams& there = layer->streams(home(stream));
      std::set<Uuid> members;
      for (const Presence& member : there.members(stream)) members.insert(member.session_id);
      if (!there.join(stream, client.presence)) return;
      ++joined[{client.session(), number}];
      members.insert(client.session());
      snapshots[{client.session(), number}].push_back(members);
    });
  }

  void leave_one(Client& client, std::size_t number) {
    model.erase({client.session(), number});
    const StreamId stream = streams[number];
    if (!is_authoritative(number)) {
      const std::uint32_t shard = client.presence.shard;
      post(shard, [this, &client, shard, stream] {
        layer->sessions(shard).match_leave(client.session(), MatchId::of(stream), [](Result<>) {});
      });
      return;
    }
    post(home(stream), [this, &client, stream, number] {
      const bool left =
          layer->streams(home(stream)).leave(stream, client.session(), LeaveReason::kicked);
      joined[{client.session(), number}] -= left ? 1 : 0;
    });
  }

  void send_one(std::size_t number) {
    const StreamId stream = streams[number];
    post(home(stream), [this, stream, number] {
      Streams& there = layer->streams(home(stream));
      MatchData data;
      data.op_code = ++last_op_code;
      for (const Presence& member : there.members(stream)) {
        expected[{member.session_id, number}].push_back(data.op_code);
      }
      there.send_match_data(stream, data, std::nullopt);
    });
  }

  void step() {
    Client* client = some_open_client();
    const std::size_t stream = below(streams.size());
    const std::uint64_t choice = below(100);
    if (client == nullptr || choice < 10) return open_one();
    if (choice < 45) return join_one(*client, stream);
    if (choice < 65) return leave_one(*client, stream);
    if (choice < 93) return send_one(stream);
    close_one(*client);
  }

  void run_some() {
    for (std::uint64_t i = below(4); i > 0; --i) {
      shards.at(static_cast<std::uint32_t>(below(4))).run_ready();
    }
  }

  std::size_t number_of(const std::string& match_id) const {
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (MatchId::of(streams[i]).text() == match_id) return i;
    }
    FAIL("an event of a stream nobody knows: " << match_id);
    return 0;
  }

  void check_memberships() {
    std::set<Membership> real;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      for (const Presence& member : members(streams[i])) real.insert({member.session_id, i});
    }
    REQUIRE(real == model);
    for (const MatchLeft& left : std::exchange(listener.left, {})) {
      REQUIRE(left.reason == LeaveReason::disconnect);
      --joined[{left.session_id, number_of(left.match.text())}];
    }
    for (const auto& [membership, count] : joined) {
      INFO("a match was told once of everybody who left by closing");
      REQUIRE(count == static_cast<int>(model.contains(membership)));
    }
  }

  // Checks the member list that a client computes from the list at its join and the events since.
  void check_views(const Client& client) {
    std::map<std::size_t, std::set<Uuid>> views;
    std::map<std::size_t, std::size_t> joins_seen;
    for (const Envelope& envelope : client.socket.received) {
      if (!envelope.has_match_presence_event()) continue;
      const auto& event = envelope.match_presence_event();
      const std::size_t stream = number_of(event.match_id());
      if (!is_authoritative(stream)) continue;
      for (const auto& leave : event.leaves())
        views[stream].erase(*Uuid::parse(leave.session_id()));
      for (const auto& join : event.joins()) {
        const Uuid session = *Uuid::parse(join.session_id());
        if (session == client.session()) {
          views[stream] = snapshots.at({session, stream}).at(joins_seen[stream]++);
        } else {
          views[stream].insert(session);
        }
      }
    }
    for (const auto& [session, stream] : model) {
      if (session != client.session() || !is_authoritative(stream)) continue;
      std::set<Uuid> members_now;
      for (const auto& [member, on] : model) {
        if (on == stream) members_now.insert(member);
      }
      REQUIRE(views[stream] == members_now);
    }
  }

  void check_data(const Client& client) {
    std::map<std::size_t, std::vector<std::int64_t>> got;
    for (const Envelope& envelope : client.socket.received) {
      if (!envelope.has_match_data()) continue;
      const auto& data = envelope.match_data();
      got[number_of(data.match_id())].push_back(data.op_code());
    }
    for (std::size_t i = 0; i < streams.size(); ++i) {
      REQUIRE(got[i] == expected[{client.session(), i}]);
    }
  }

  void check() {
    run();
    check_memberships();
    for (const Client& client : clients) {
      REQUIRE(client.socket.sent_after_close == 0);
      if (client.socket.is_closed) continue;
      check_views(client);
      check_data(client);
    }
  }

  std::mt19937_64 random;
  std::vector<StreamId> streams;
  std::set<Uuid> closing;
  std::set<Membership> model;
  std::map<Membership, int> joined;  // joins less leaves in the streams' events
  std::map<Membership, std::vector<std::set<Uuid>>> snapshots;
  std::map<Membership, std::vector<std::int64_t>> expected;
  std::int64_t last_op_code = 0;
};

std::uint64_t seed_for_this_run() {
  if (const char* given = std::getenv("SERAI_TEST_SEED")) return std::stoull(given);
  return std::random_device{}();
}

}  // namespace

TEST_CASE("memberships, events and data agree with the model under any interleaving",
          "[streams][random]") {
  const std::uint64_t seed = seed_for_this_run();
  std::cout << "SERAI_TEST_SEED=" << seed << "\n";
  for (std::uint64_t round = 0; round < 20; ++round) {
    INFO("seed " << seed << ", round " << round);
    Simulation world(seed + round);
    for (int i = 0; i < 400; ++i) {
      world.step();
      world.run_some();
      if (i % 100 == 99) world.check();
    }
  }
}
