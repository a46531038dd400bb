// ResumeWorld: a SessionWorld whose clients have sockets that can resume, over connections that the
// test opens and cuts.
//
// A message is recorded as "<number>:<format><bytes>", a greeting as LetterCodec writes it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "match_world.hpp"

namespace serai::testing {

// One connection of a client.
class FakeConnection final : public ClientSocket {
 public:
  explicit FakeConnection(SocketFormat format) : format_(format) {}
  void send(std::string message) override { received.push_back(std::move(message)); }
  void send_shared(std::shared_ptr<const std::string> message) override { send(*message); }
  void close(std::string_view reason) override { closed = std::string(reason); }
  void drop() override { is_dropped = true; }
  SocketFormat format() const override { return format_; }
  bool is_slow() override { return slow_after && received.size() >= *slow_after; }
  void read_on() override { ++read_on_calls; }

  std::vector<std::string> received;
  std::optional<std::string> closed;
  bool is_dropped = false;
  std::optional<std::size_t> slow_after;
  int read_on_calls = 0;
  std::unique_ptr<SocketSession> session;  // as the connection owns it

 private:
  SocketFormat format_;
};

// The session of the protocol: it opens and closes the socket in the session layer, and records
// what it gets.
struct SeatLog {
  ClientSocket* socket = nullptr;
  std::vector<std::string> messages;
  bool is_closed = false;
};

class Seat final : public SocketSession {
 public:
  Seat(Sessions& sessions, Presence presence, SocketOpening opening, std::shared_ptr<SeatLog> log)
      : sessions_(sessions),
        presence_(std::move(presence)),
        opening_(std::move(opening)),
        log_(std::move(log)) {}
  ~Seat() override { sessions_.drop_socket(presence_.user_id); }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  void on_open(ClientSocket& socket) override {
    log_->socket = &socket;
    sessions_.opened(presence_, socket, opening_);
  }
  void on_message(std::string_view message) override { log_->messages.emplace_back(message); }
  void on_frame() override {}
  bool takes_more() const override { return true; }
  void on_flushed() override { sessions_.flushed(presence_.session_id); }
  std::uint64_t owner() const override { return 0; }
  void on_shutdown(std::string_view reason) override { log_->socket->close(reason); }
  void on_closed(SocketEnd) override {
    log_->is_closed = true;
    sessions_.closed(presence_.session_id);
  }

 private:
  Sessions& sessions_;
  Presence presence_;
  SocketOpening opening_;
  std::shared_ptr<SeatLog> log_;
};

struct Resumer {
  Presence presence;
  std::shared_ptr<SeatLog> seat = std::make_shared<SeatLog>();
  const Uuid& session() const { return presence.session_id; }
};

class ResumeWorld : public MatchWorld {
 public:
  explicit ResumeWorld(session::SessionOptions options = quick_options())
      : MatchWorld(2, std::move(options)) {}
  ~ResumeWorld() { connections_.clear(); }  // before the layer, as in the host
  ResumeWorld(const ResumeWorld&) = delete;
  ResumeWorld& operator=(const ResumeWorld&) = delete;

  ResumingSockets& resumes(std::uint32_t shard = 0) { return layer->resumes(shard); }

  // Opens a first connection on shard 0.
  FakeConnection& connect(Resumer& client,
                          const Uuid& user = Uuid::make_random(),
                          const SocketOpening& opening = {},
                          ResumeRefusal refusal = ResumeRefusal::none) {
    client.presence = {user, Uuid::make_random(), "ann", 0};
    FakeConnection& connection = add_connection();
    at(0, [&] {
      REQUIRE(layer->sessions(0).reserve_socket(user).ok());
      auto seat = std::make_unique<Seat>(layer->sessions(0), client.presence, opening, client.seat);
      connection.session =
          resumes().begin(std::move(seat), client.presence, SocketFormat::json, refusal);
      connection.session->on_open(connection);
    });
    return connection;
  }

  Result<ResumeOutcome> ask(const Uuid& user,
                            const std::string& token,
                            std::optional<std::uint64_t> last,
                            SocketFormat format = SocketFormat::json) {
    std::optional<Result<ResumeOutcome>> outcome;
    at(0, [&] {
      TokenClaims login;
      login.user_id = user;
      login.token_id = login_id;
      login.issued_s = clock.now_ms() / 1000;
      outcome = resumes().resume({token, last, format, login});
    });
    return *std::move(outcome);
  }
  ResumeRefusal refusal(const Resumer& client, const std::string& token, std::uint64_t last = 0) {
    return ask(client.presence.user_id, token, last)->refusal;
  }

  // Opens another connection with the token.
  FakeConnection& resume(Resumer& client,
                         const std::string& token,
                         std::uint64_t last,
                         std::optional<std::size_t> slow_after = std::nullopt) {
    auto outcome = ask(client.presence.user_id, token, last);
    REQUIRE(outcome.ok());
    REQUIRE(outcome->session != nullptr);
    FakeConnection& connection = add_connection();
    connection.slow_after = slow_after;
    connection.session = std::move(outcome->session);
    at(0, [&] { connection.session->on_open(connection); });
    return connection;
  }

  void cut(FakeConnection& connection, SocketEnd end = SocketEnd::lost) {
    at(0, [&] {
      connection.session->on_closed(end);
      connection.session.reset();
    });
  }
  void say(FakeConnection& connection, const std::string& message) {
    at(0, [&] { connection.session->on_message(message); });
  }
  void flush(FakeConnection& connection) {
    connection.slow_after.reset();
    at(0, [&] { connection.session->on_flushed(); });
  }
  void push(const Resumer& client, const std::string& message) {
    at(0, [&] { client.seat->socket->send(message); });
  }
  void pass_ms(std::int64_t ms) {
    clock.advance_ms(ms);
    run();
  }
  std::uint64_t parked() { return static_cast<std::uint64_t>(level("serai_sessions_parked")); }
  double level(const std::string& gauge) { return metrics.gauges[gauge].value; }
  Result<RelayedMatch> create_match(const Resumer& client) {
    return await<RelayedMatch>(0, [&](Callback<RelayedMatch> answer) {
      layer->sessions(0).match_create(client.presence, "", std::move(answer));
    });
  }

  std::string login_id;  // of later resumes

 private:
  FakeConnection& add_connection() {
    connections_.push_back(std::make_unique<FakeConnection>(SocketFormat::json));
    return *connections_.back();
  }
  std::vector<std::unique_ptr<FakeConnection>> connections_;
};

// The token in the greeting, which is the first message of a connection.
inline std::string token_of(const FakeConnection& connection) {
  const std::string& greeting = connection.received.at(0);
  REQUIRE(greeting.starts_with("G "));
  return greeting.substr(2, greeting.find(' ', 2) - 2);
}

// What follows the token in the greeting: "<keep_ms> new|resumed <received> <refusal>".
inline std::string rest_of_greeting(const FakeConnection& connection) {
  const std::string& greeting = connection.received.at(0);
  return greeting.substr(greeting.find(' ', 2) + 1);
}

// The messages after the greeting.
inline Texts messages_of(const FakeConnection& connection) {
  return {connection.received.begin() + 1, connection.received.end()};
}

}  // namespace serai::testing
