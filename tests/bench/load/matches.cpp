// Matches with ticks: measures how evenly their beats arrive, also during a swap.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "load/scenarios.hpp"

namespace serai::bench {
namespace {

constexpr std::size_t kPlayers = 4;
constexpr double kPeriodMs = 100;

struct Player {
  std::unique_ptr<SocketClient> socket;
  bool joined = false;
  std::int64_t last_us = 0;
  std::int64_t last_tick = -1;
};

struct BeatFigures {
  std::vector<double> jitter_ms;  // by beat: the difference from kPeriodMs after the one before
  double gap_ms_max = 0;          // the longest silence of one socket
  std::uint64_t beats = 0;
  std::uint64_t missing = 0;   // ticks that did not arrive
  std::uint64_t repeated = 0;  // ticks that arrived twice, or after a later one
  bool on = false;             // false: beats are not counted
};

// The number of a beat's tick. A beat is base64 of {"tick":"12","now_ms":"…"}.
std::int64_t tick_of(std::string_view text) {
  static const std::string kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string data = member(text, "data");
  std::string out;
  unsigned bits = 0;
  unsigned have = 0;
  for (const char c : data) {
    const std::size_t value = kDigits.find(c);
    if (value == std::string::npos) break;
    bits = bits << 6 | static_cast<unsigned>(value);
    have += 6;
    if (have >= 8) out.push_back(static_cast<char>(bits >> (have -= 8) & 0xff));
  }
  return std::strtoll(member(out, "tick").c_str(), nullptr, 10);
}

void on_beat(Player& player, BeatFigures& figures, std::string_view text) {
  const std::int64_t now = now_us();
  const std::int64_t tick = tick_of(text);
  if (figures.on && player.last_tick >= 0) {
    const double gap = static_cast<double>(now - player.last_us) / 1000;
    figures.jitter_ms.push_back(std::abs(gap - kPeriodMs));
    figures.gap_ms_max = std::max(figures.gap_ms_max, gap);
    ++figures.beats;
    if (tick > player.last_tick + 1)
      figures.missing += static_cast<std::uint64_t>(tick - player.last_tick - 1);
    if (tick <= player.last_tick) ++figures.repeated;
  }
  player.last_us = now;
  player.last_tick = tick;
}

std::string open_match(const Options& options, const std::string& token) {
  Poller poller;
  HttpClient client(options.address);
  std::string id;
  client.on_answer = [&](int status, std::string_view body) {
    if (status != 200) give_up("bench_open answered " + std::string(body));
    id = member(body, "match_id");
  };
  poller.add(client);
  client.request(
      "POST", "/v2/rpc/bench_open?unwrap", "Bearer " + token, R"({"ballast_bytes":2048})");
  poller.run_until(now_us() + 5'000'000, [&] { return !id.empty(); });
  if (id.empty()) give_up("bench_open did not answer");
  return id;
}

using Players = std::vector<std::unique_ptr<Player>>;

// Opens a socket for one player and requests to join the match. `joined` counts the accepted joins.
void enter(Players& players,
           Poller& poller,
           const Options& options,
           const std::string& token,
           const std::string& match,
           BeatFigures& figures,
           std::size_t& joined) {
  players.push_back(std::make_unique<Player>());
  Player* player = players.back().get();
  player->socket = std::make_unique<SocketClient>(options.address, token);
  player->socket->on_message = [player, &figures, &joined](std::string_view text) {
    if (text.find("\"match_data\"") != std::string_view::npos) {
      on_beat(*player, figures, text);
    } else if (text.find("\"error\"") != std::string_view::npos) {
      give_up("join refused: " + std::string(text));
    } else if (!player->joined && text.find("\"match\":") != std::string_view::npos) {
      player->joined = true;
      ++joined;
    }
  };
  poller.add(*player->socket);
  poller.run_until(now_us() + 5'000'000, [player] { return player->socket->open(); });
  player->socket->send(R"({"cid":"1","match_join":{"match_id":")" + match + "\"}}");
}

void fill_matches(Players& players, Poller& poller, const Options& options, BeatFigures& figures) {
  const auto tokens =
      make_accounts(options.address, options.matches * kPlayers, options.run + "-match");
  std::size_t joined = 0;
  for (std::size_t i = 0; i < options.matches; ++i) {
    const std::string match = open_match(options, tokens[i * kPlayers]);
    for (std::size_t seat = 0; seat < kPlayers; ++seat) {
      enter(players, poller, options, tokens[i * kPlayers + seat], match, figures, joined);
    }
  }
  poller.run_until(now_us() + 30'000'000, [&] { return joined == players.size(); });
  if (joined != players.size()) give_up("only " + std::to_string(joined) + " players got in");
  poller.run_until(now_us() + 2'000'000);
}

void print(const Options& options,
           const BeatFigures& figures,
           std::size_t sockets,
           double wall_s,
           double cpu_s) {
  const Percentiles jitter = percentiles(figures.jitter_ms);
  std::printf(
      "{\"scenario\":\"%s\",\"matches\":%zu,\"sockets\":%zu,\"seconds\":%.2f,\"beats\":%llu,"
      "\"per_second\":%.0f,\"server_cpu\":%.2f,\"jitter_p50_ms\":%.3f,\"jitter_p99_ms\":%.3f,"
      "\"silence_max_ms\":%.1f,\"ticks_missing\":%llu,\"ticks_repeated\":%llu}\n",
      options.flip.empty() ? "matches" : "matches_swap",
      options.matches,
      sockets,
      wall_s,
      static_cast<unsigned long long>(figures.beats),
      static_cast<double>(figures.beats) / wall_s,
      cpu_s / wall_s,
      jitter.p50,
      jitter.p99,
      figures.gap_ms_max,
      static_cast<unsigned long long>(figures.missing),
      static_cast<unsigned long long>(figures.repeated));
}

}  // namespace

void matches(const Options& options) {
  Poller poller;
  BeatFigures figures;
  Players players;
  fill_matches(players, poller, options, figures);
  const ProcessUse before = use_of(options.pid);
  figures.on = true;
  const std::int64_t began = now_us();
  const auto length_us = static_cast<std::int64_t>(options.seconds * 1e6);
  if (!options.flip.empty()) {
    poller.run_until(began + length_us / 3);
    if (std::system((options.flip + " &").c_str()) != 0) give_up("the flip could not be started");
  }
  poller.run_until(began + length_us);
  const double wall_s = static_cast<double>(now_us() - began) / 1e6;
  print(options, figures, players.size(), wall_s, use_of(options.pid).cpu_s - before.cpu_s);
  // A socket closed by the server would have ended the program, so all are still open.
  if (figures.missing != 0 || figures.repeated != 0) give_up("ticks were lost or repeated");
}

}  // namespace serai::bench
