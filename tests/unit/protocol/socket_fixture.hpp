// SocketFixture: a SocketProtocol on fakes; Player: one open socket of it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "protocol/socket_protocol.hpp"
#include "support/fake_game.hpp"
#include "support/fake_identity.hpp"
#include "support/fake_sessions.hpp"

namespace serai::testing {

struct SocketFixture {
  FakeIdentity identity;
  FakeGame game;
  FakeSessions sessions;
  FakeResumes resumes;
  ManualClock clock;
  Uuid user = identity.add_user("good", "ann");
  protocol::SocketOptions options;
  protocol::SocketProtocol protocol{
      {identity, game, sessions, clock, no_metrics(), Log(), 3, &resumes}, options};

  SocketFixture() = default;
  explicit SocketFixture(protocol::SocketOptions given) : options(given) {}

  struct Accepted {
    std::unique_ptr<SocketSession> session;
    SocketFormat format = SocketFormat::json;
    SocketRefusal refusal{0, ""};
  };
  Accepted accept(const std::string& query,
                  std::vector<std::pair<std::string, std::string>> headers = {}) {
    HttpRequest request;
    request.method = "GET";
    request.path = "/ws";
    request.query = query;
    request.headers = std::move(headers);
    Accepted accepted;
    auto result = protocol.accept(request, accepted.format);
    if (auto* refusal = std::get_if<SocketRefusal>(&result)) {
      accepted.refusal = *refusal;
    } else {
      accepted.session = std::move(std::get<0>(result));
    }
    return accepted;
  }
};

class Player {
 public:
  explicit Player(SocketFixture& fixture, const std::string& query = "token=good")
      : accepted_(fixture.accept(query)), socket(accepted_.format) {
    accepted_.session->on_open(socket);
  }
  ~Player() { leave(); }
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  void say(std::string_view message) { accepted_.session->on_message(message); }
  void frame() { accepted_.session->on_frame(); }
  bool takes_more() const { return accepted_.session->takes_more(); }
  // The frames sent since the last call, one per line.
  std::string heard() {
    std::string text;
    for (const std::string& frame : std::exchange(socket.sent, {})) {
      if (!text.empty()) text += '\n';
      text += frame;
    }
    return text;
  }
  std::string ask(std::string_view message) {
    say(message);
    return heard();
  }
  void end(std::string_view reason) { accepted_.session->on_shutdown(reason); }
  void leave() {
    if (!accepted_.session) return;
    accepted_.session->on_closed(SocketEnd::lost);
    accepted_.session.reset();
  }

 private:
  SocketFixture::Accepted accepted_;

 public:
  FakeSocket socket;
};

}  // namespace serai::testing
