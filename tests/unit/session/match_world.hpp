// MatchWorld: a SessionWorld whose clients meet in relayed matches and follow each other.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "session_world.hpp"

namespace serai::testing {

struct MatchWorld : SessionWorld {
  using SessionWorld::SessionWorld;

  Sessions& sessions(const Client& client) { return layer->sessions(client.presence.shard); }

  Result<RelayedMatch> create(Client& client, std::string name = "") {
    return await<RelayedMatch>(client.presence.shard, [&](Callback<RelayedMatch> answer) {
      sessions(client).match_create(client.presence, name, std::move(answer));
    });
  }
  Result<RelayedMatch> join(Client& client, const MatchId& match, bool may_be_empty = false) {
    return await<RelayedMatch>(client.presence.shard, [&](Callback<RelayedMatch> answer) {
      sessions(client).match_join(client.presence, match, may_be_empty, std::move(answer));
    });
  }
  void leave(Client& client, const MatchId& match) {
    CHECK(await<Unit>(client.presence.shard, [&](Callback<Unit> answer) {
            sessions(client).match_leave(client.session(), match, std::move(answer));
          }).ok());
    run();
  }
  void send(Client& client,
            const MatchId& match,
            std::string data,
            std::vector<Uuid> targets = {},
            bool reliable = true) {
    at(client.presence.shard, [&] {
      sessions(client).match_data(
          client.presence, match, -9, data, reliable, targets, [](const Result<Unit>&) {});
    });
  }
  Result<std::vector<StatusPresence>> follow(Client& client, std::vector<Uuid> users) {
    return await<std::vector<StatusPresence>>(
        client.presence.shard, [&](Callback<std::vector<StatusPresence>> answer) {
          sessions(client).follow(client.session(), users, std::move(answer));
        });
  }
  Result<> set_status(Client& client, std::optional<std::string> status) {
    Result<> set = success();
    at(client.presence.shard,
       [&] { set = sessions(client).update_status(client.presence, status); });
    return set;
  }
  Result<> may_join(Client& client, const MatchId& match) {
    Result<> may = success();
    at(client.presence.shard, [&] { may = sessions(client).may_join(client.session(), match); });
    return may;
  }
  // The client reads all queued messages; its socket takes `takes` more before it is slow again.
  void read_all(Client& client, std::size_t takes) {
    client.socket.slow_after = client.socket.received.size() + takes;
    at(client.presence.shard, [&] { sessions(client).flushed(client.session()); });
  }
};

inline std::vector<std::string> data_of(Client& client) {
  std::vector<std::string> out;
  for (const Envelope& envelope : client.take()) {
    if (envelope.has_match_data()) out.push_back(envelope.match_data().data());
  }
  return out;
}

// "+text" for a status that appeared, "-text" for one that ended, in the order of the events.
inline std::vector<std::string> statuses_of(Client& client) {
  std::vector<std::string> out;
  for (const Envelope& envelope : client.take()) {
    std::string text;
    for (const auto& leave : envelope.status_presence_event().leaves()) {
      text += "-" + leave.status().value();
    }
    for (const auto& join : envelope.status_presence_event().joins()) {
      REQUIRE(join.has_status());
      text += "+" + join.status().value();
    }
    out.push_back(text);
  }
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace serai::testing
