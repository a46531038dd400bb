#include "simulation.hpp"

#include "violation.hpp"

namespace serai::sim {
namespace {

constexpr int kPlayers = 4;
constexpr int kStepsToRest = 150;

Clients make_clients(SimHost& host, Trace& trace) {
  Clients clients;
  for (int i = 0; i < kPlayers; ++i) clients.push_back(std::make_unique<Client>(host, trace, i));
  return clients;
}

}  // namespace

Simulation::Simulation(std::uint64_t seed)
    : entropy_(seed),
      chance_(seed),
      shelf_(folder_.path("modules")),
      host_(folder_.path("data"), shelf_, chance_, seed | 1),
      clients_(make_clients(host_, trace_)),
      model_(kPlayers),
      acts_(host_, chance_, model_, clients_),
      invariants_(host_, model_, clients_) {}

void Simulation::run(int steps) {
  host_.start(committed_, committed_);
  log_everybody_in();
  for (int player = 0; player < kPlayers; ++player) {
    for (int n = 0; n < 3; ++n) acts_.create_character(player);
    host_.run_due();
    model_.collect();
  }
  for (step_ = 1; step_ <= steps; ++step_) {
    one_step();
    if (step_ % kStepsToRest == 0 || step_ == steps) rest();
  }
  host_.shut_down();
  for (auto& client : clients_) client->forget();
  host_.close();
  require(shelf_.still_mapped().empty(), "code that was closed is unmapped");
}

void Simulation::note(const std::string& what) {
  const Versions now = host_.versions();
  host_.log.add("step " + std::to_string(step_) + ": " + what + " (character " +
                std::to_string(now.character) + ", battle " + std::to_string(now.battle) +
                (probation_ ? ", on probation)" : ")"));
}

void Simulation::one_step() {
  const int player = chance_.pick(0, kPlayers - 1);
  const int event = chance_.pick(1, 100);
  if (event <= 66) {
    acts_.something(player);
  } else if (event <= 72) {
    acts_.ask_again_about_the_past();
  } else if (event <= 74) {
    acts_.other_body_under_an_old_key();
  } else if (event <= 77) {
    acts_.babble(player);
  } else if (event <= 86) {
    connections();
  } else if (event <= 93) {
    host_.advance(chance_.percent(50) ? chance_.pick(10, 1'000) : chance_.pick(1'000, 60'000));
  } else {
    weather();
  }
  move_on();
  model_.collect();
}

void Simulation::weather() {
  const int event = chance_.pick(1, 100);
  if (event <= 45) {
    swap_modules();
  } else if (event <= 65) {
    end_probation();
  } else if (event <= 82) {
    fail_disk();
  } else if (event <= 93) {
    crash();
  } else {
    restart();
  }
}

void Simulation::move_on() {
  const int how = chance_.pick(1, 10);
  if (how <= 6) return host_.run_due();
  for (int turns = chance_.pick(0, 4); turns > 0; --turns) host_.turn();
}

void Simulation::connections() {
  Client& client = *clients_[static_cast<std::size_t>(chance_.pick(0, kPlayers - 1))];
  if (client.connected()) {
    client.disconnect();
    ++tally_.drops;
  } else {
    client.connect();
  }
}

void Simulation::log_everybody_in() {
  for (auto& client : clients_) client->log_in();
  host_.run_due();
  for (auto& client : clients_) {
    require(client->has_token() && !client->user_id().empty(), "everybody can log in");
    if (chance_.percent(80)) client->connect();
  }
  host_.run_due();
}

// ---- Swaps -------------------------------------------------------------------------------------

void Simulation::swap_modules() {
  if (probation_) end_probation();
  if (probation_) return;
  Versions to = host_.versions();
  const int which = chance_.pick(1, 3);
  if (which != 2) to.character = 3 - to.character;
  if (which != 1) to.battle = 3 - to.battle;
  note("swap to character " + std::to_string(to.character) + ", battle " +
       std::to_string(to.battle));
  const auto rules = rules_in_force();
  host_.retire_drained();
  host_.meanwhile = [this] {
    if (chance_.percent(30)) acts_.something(chance_.pick(0, kPlayers - 1));
  };
  const auto swapped = host_.swap(to, any_policy());
  host_.meanwhile = nullptr;
  if (swapped) {
    ++tally_.swaps;
    probation_ = true;
    return;
  }
  ++tally_.swaps_refused;
  const bool busy = swapped.error().code == Errc::deadline_exceeded;
  const bool drains = swapped.error().kind == ErrorKind::still_draining;
  require(to.battle == 1 || busy || drains,
          "only an active effect, a waiting handler or a drain refuses a swap: " +
              swapped.error().detail);
  const auto now = rules_in_force();
  for (const auto& [battle, rules_now] : now) {
    const auto before = rules.find(battle);
    // Acknowledged changes that were made under the other version stay (P6), in this version's
    // schema.
    if (before == rules.end() || before->second.fought != rules_now.fought) continue;
    require(before->second.version == rules_now.version,
            "P5: a refused swap leaves battle " + battle + " under its rules");
  }
}

abi::MovePolicy Simulation::any_policy() {
  const int draw = chance_.pick(1, 100);
  if (draw <= 45) return {};
  if (draw <= 65) return {abi::MovePolicy::Kind::barrier, 0};
  if (draw <= 85)
    return {abi::MovePolicy::Kind::canary, static_cast<std::uint32_t>(chance_.pick(1, 99))};
  return {abi::MovePolicy::Kind::drain, 0};
}

// The rules of all running battles. A battle that a failing disk hides is left out.
std::map<std::string, Simulation::Rules> Simulation::rules_in_force() {
  constexpr int kTurn = 2;
  std::map<std::string, Rules> rules;
  for (const auto& [id, player] : model_.battles) {
    const auto view = acts_.query(player, "rpc_get_battle", {{"battle_id", id}});
    if (!view || view->value("state", 0) != kTurn) continue;
    rules[id] = {view->value("rules_version", 0), view->value("log_hash", "")};
  }
  return rules;
}

void Simulation::end_probation() {
  if (!probation_) return;
  note("the probation ends");
  if (chance_.percent(50)) {
    if (host_.swap_back()) {
      ++tally_.rollbacks;
      probation_ = false;
      return;
    }
    ++tally_.rollbacks_refused;
    require(host_.versions().battle == 2, "only an active effect refuses a rollback");
  }
  const auto rest = host_.move_rest();
  require(rest.ok(), "the other entities follow the canaries");
  host_.retire();
  committed_ = host_.versions();
  probation_ = false;
}

// ---- Faults ------------------------------------------------------------------------------------

void Simulation::fail_disk() {
  note("the disk will fail");
  ++tally_.faults;
  host_.disk.fails_after = chance_.pick(0, 60);
  host_.disk.fails_for = chance_.percent(70) ? 1 : chance_.pick(2, 40);
}

void Simulation::crash() {
  note("crash");
  ++tally_.crashes;
  for (auto& client : clients_) client->forget();
  const Versions attempted = host_.versions();
  host_.crash();
  probation_ = false;
  if (!host_.start(committed_, attempted)) bring_back(attempted);
  log_everybody_in();
}

// Active effects are on disk, which only the other version can read. So the operator publishes that
// version again.
void Simulation::bring_back(Versions attempted) {
  require(attempted.battle == 2, "only an active effect cannot be read by the committed release");
  const auto swapped = host_.swap(attempted, {});
  require(swapped.ok(), "the version that can read the stored states can come back");
  host_.retire();
  committed_ = attempted;
}

void Simulation::restart() {
  note("restart");
  ++tally_.restarts;
  host_.disk = {};
  host_.run_due();
  // As in the swap engine, a host that is stopped on probation rolls back first.
  if (probation_ && !host_.swap_back()) {
    host_.retire();
    committed_ = host_.versions();
  }
  probation_ = false;
  host_.shut_down();
  for (auto& client : clients_) client->forget();
  host_.close();
  host_.start(committed_, committed_);
  log_everybody_in();
}

// ---- Rest --------------------------------------------------------------------------------------

void Simulation::rest() {
  note("rest");
  ++tally_.rests;
  host_.disk = {};
  host_.run_due();
  resolve_doubts();
  constexpr int kPatience = 200;
  constexpr std::int64_t kWaitMs = 10'000;
  int waited = 0;
  while (!world_stands()) {
    require(++waited < kPatience, "the world comes to rest: " + restless_);
    host_.advance(kWaitMs);
  }
  model_.collect();
  restart();
  touch_everything();
  host_.advance(3'000);
  touch_everything();
  host_.shut_down();
  invariants_.check();
  for (auto& client : clients_) client->forget();
  host_.close();
  host_.start(committed_, committed_);
  log_everybody_in();
  for (const auto& deed : model_.deeds) {
    if (deed->outcome == Outcome::done && chance_.percent(10)) acts_.ask(*deed);
  }
  host_.run_due();
  model_.collect();
}

// Repeats requests in doubt until all of them have a final answer.
void Simulation::resolve_doubts() {
  constexpr int kPatience = 50;
  constexpr std::int64_t kLongestCallMs = 12'000;
  for (int round = 0;; ++round) {
    host_.advance(kLongestCallMs);
    model_.give_up_waiting();
    Deed* open = nullptr;
    for (const auto& deed : model_.deeds) {
      if (deed->outcome != Outcome::in_doubt) continue;
      open = deed.get();
      acts_.ask(*deed);
    }
    if (open == nullptr) return;
    require(round < kPatience,
            "every request gets a final answer: " + open->rpc + " " + open->payload);
  }
}

bool Simulation::world_stands() {
  constexpr int kSettled = 5;
  touch_everything();
  bool stands = true;
  for (const auto& [id, player] : model_.battles) {
    const auto view = acts_.query(player, "rpc_get_battle", {{"battle_id", id}});
    if (!view || view->value("state", 0) == kSettled) continue;
    stands = false;
    restless_ = "battle " + view->dump();
  }
  for (const auto& [id, facts] : model_.caravans) {
    const int state = facts.view.value("state", 0);
    constexpr int kLoading = 0;
    constexpr int kArrived = 4;
    if (state == kLoading || state >= kArrived) continue;
    stands = false;
    restless_ = "caravan " + facts.view.dump();
  }
  return stands;
}

// Reads the entities by RPC. The model stores the answers.
void Simulation::touch_everything() {
  for (const auto& [id, facts] : model_.characters) {
    const auto view = acts_.query(facts.player, "rpc_get_character", {{"character_id", id}});
    require(view.has_value(), "character " + id + " can be read by its player");
    model_.saw_character(facts.player, *view);
  }
  for (auto& [id, facts] : model_.caravans) {
    const auto view = acts_.query(facts.player, "rpc_get_caravan", {{"caravan_id", id}});
    require(view.has_value(), "caravan " + id + " can be read by its player");
    const int before = facts.view.value("seg_index", 0);
    require(view->value("seg_index", 0) >= before, "7: caravan " + id + " never goes back");
    model_.saw_caravan(facts.player, *view);
  }
  for (const auto& [id, player] : model_.campaigns) {
    const auto view = acts_.query(player, "rpc_get_campaign", {{"campaign_id", id}});
    require(view.has_value(), "campaign " + id + " can be read by its player");
    model_.saw_campaign(player, *view);
  }
}

std::string Simulation::summary() const {
  const auto figure = [](const char* name, std::uint64_t value) {
    return std::string(" ") + name + "=" + std::to_string(value);
  };
  return figure("deeds", model_.deeds.size()) + figure("answers", model_.answered) +
         figure("characters", model_.characters.size()) + figure("battles", model_.battles.size()) +
         figure("caravans", model_.caravans.size()) + figure("campaigns", model_.campaigns.size()) +
         figure("swaps", tally_.swaps) + figure("refused", tally_.swaps_refused) +
         figure("rollbacks", tally_.rollbacks) +
         figure("rollbacks_refused", tally_.rollbacks_refused) + figure("crashes", tally_.crashes) +
         figure("restarts", tally_.restarts) + figure("faults", tally_.faults) +
         figure("drops", tally_.drops) + figure("texts", trace_.texts());
}

std::string Simulation::last_lines() const {
  std::string text;
  for (const std::string& line : host_.log.lines) text += "  " + line + "\n";
  return text;
}

}  // namespace serai::sim
