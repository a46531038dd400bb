// FakeGame: answers RPCs by name and matches by id, and records calls, for tests of the protocol.
//
// Answers come before the function returns. Only RPCs in `held`, and joins with hold_joins, are
// queued until release().
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/game.hpp"

namespace serai::testing {

class FakeGame final : public Game {
 public:
  using Rpc = std::function<Result<std::string>(const RpcRequest&)>;
  std::map<std::string, Rpc> rpcs;
  std::set<std::string> held;
  std::vector<RpcRequest> requests;
  std::map<std::string, Result<MatchJoined>> matches;  // by id text
  std::vector<MatchJoinRequest> joins;
  std::vector<std::string> leaves;
  std::vector<MatchInput> inputs;
  std::vector<MatchListing> listings;
  std::optional<MatchFilter> filter;  // of the last match_list()
  bool hold_joins = false;
  std::vector<Purse> all_purses{{std::string(kGold), std::string(kGoldPurse)}};

  // Answers the oldest queued call.
  void release() {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next();
  }
  std::size_t waiting() const { return waiting_.size(); }

  void rpc(RpcRequest request, RpcReply reply) override {
    requests.push_back(request);
    const auto found = rpcs.find(request.id);
    if (found == rpcs.end()) return reply({unknown_rpc()});
    auto run = [rpc = found->second, request, reply = std::move(reply)]() mutable {
      reply({rpc(request)});
    };
    if (!held.contains(request.id)) return run();
    waiting_.push_back(std::move(run));
  }
  const std::vector<Purse>& purses() const override { return all_purses; }
  void match_join(MatchJoinRequest request, Callback<MatchJoined> answer) override {
    joins.push_back(request);
    const auto found = matches.find(request.match.text());
    Result<MatchJoined> result =
        found == matches.end() ? Result<MatchJoined>(Errc::not_found, "nowhere") : found->second;
    if (!hold_joins) return answer(std::move(result));
    waiting_.push_back([result = std::move(result), answer = std::move(answer)]() mutable {
      answer(std::move(result));
    });
  }
  void match_leave(const MatchId& match, const Uuid&, Callback<Unit> answer) override {
    leaves.push_back(match.text());
    answer(Unit{});
  }
  void match_data(MatchInput input) override { inputs.push_back(std::move(input)); }
  void match_list(MatchFilter asked, Callback<std::vector<MatchListing>> answer) override {
    filter = std::move(asked);
    answer(listings);
  }

 private:
  std::deque<UniqueFunction<void()>> waiting_;
};

}  // namespace serai::testing
