// SessionWorld: a SessionLayer on shards that the test runs, with sockets that store their
// messages.
//
// Thread  the test's own; password hashing alone has threads, see await().
#pragma once

#include <nakama/realtime.pb.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/placement.hpp"
#include "session/layer.hpp"
#include "support/fake_accounts.hpp"
#include "support/recorded_metrics.hpp"
#include "support/wait_for.hpp"

namespace serai::testing {

using nakama::realtime::Envelope;

class ManualShards final : public runtime::Shards {
 public:
  ManualShards(std::uint32_t count, const Clock& clock) {
    for (std::uint32_t i = 0; i < count; ++i)
      shards_.push_back(std::make_unique<runtime::Shard>(i, clock));
  }
  std::uint32_t count() const override { return static_cast<std::uint32_t>(shards_.size()); }
  runtime::Shard& at(std::uint32_t index) override { return *shards_[index]; }

 private:
  std::vector<std::unique_ptr<runtime::Shard>> shards_;
};

// Encodes a message as a letter for the format and its bytes; counts its calls.
class LetterCodec final : public EnvelopeCodec {
 public:
  std::string encode(const Envelope& envelope, SocketFormat format) const override {
    ++encoded;
    return (format == SocketFormat::json ? "J" : "P") + envelope.SerializeAsString();
  }
  // Puts the number, or a "G" and the greeting, before the message.
  std::string numbered(std::string_view envelope,
                       std::uint64_t number,
                       SocketFormat) const override {
    return std::to_string(number) + ":" + std::string(envelope);
  }
  std::string greeting(const ResumeGreeting& greeting, SocketFormat) const override {
    return "G " + greeting.token + " " + std::to_string(greeting.keep_ms) + " " +
           (greeting.resumed ? "resumed" : "new") + " " + std::to_string(greeting.received) + " " +
           std::string(refusal_name(greeting.refusal));
  }
  mutable std::atomic<int> encoded{0};
};

class FakeSocket final : public ClientSocket {
 public:
  explicit FakeSocket(SocketFormat format) : format_(format) {}

  void send(std::string message) override {
    send_shared(std::make_shared<const std::string>(std::move(message)));
  }
  void send_shared(std::shared_ptr<const std::string> message) override {
    if (is_closed) ++sent_after_close;
    REQUIRE(message->front() == (format_ == SocketFormat::json ? 'J' : 'P'));
    Envelope envelope;
    REQUIRE(envelope.ParseFromString(message->substr(1)));
    received.push_back(envelope);
    buffers.push_back(std::move(message));
  }
  void close(std::string_view reason) override {
    is_closed = true;
    close_reason = std::string(reason);
  }
  void drop() override { is_closed = true; }
  SocketFormat format() const override { return format_; }
  bool is_slow() override { return slow_after && received.size() >= *slow_after; }
  void read_on() override {}

  std::vector<Envelope> received;
  std::vector<std::shared_ptr<const std::string>> buffers;  // owners: the message and this record
  bool is_closed = false;
  std::string close_reason;
  int sent_after_close = 0;
  std::optional<std::size_t> slow_after;  // the socket is slow after so many messages

 private:
  SocketFormat format_;
};

struct Client {
  Presence presence;
  FakeSocket socket;
  const Uuid& session() const { return presence.session_id; }
  std::vector<Envelope> take() { return std::exchange(socket.received, {}); }
};

struct MatchLeft {
  MatchId match;
  Uuid session_id;
  LeaveReason reason;
};

class LeaveRecorder final : public MatchLeaveListener {
 public:
  void on_match_left(const MatchId& match, const Presence& who, LeaveReason reason) override {
    left.push_back({match, who.session_id, reason});
  }
  std::vector<MatchLeft> left;
};

inline session::SessionOptions quick_options() {
  session::SessionOptions options;
  options.scrypt_log_n = 4;
  return options;
}

class SessionWorld {
 public:
  explicit SessionWorld(std::uint32_t shard_count = 4,
                        session::SessionOptions options = quick_options())
      : shards(shard_count, clock), given(std::move(options)) {
    build();
  }

  // Restarts the host: sockets are gone, the store stays.
  void restart() {
    layer.reset();
    build();
  }

  void run() {
    for (bool ran = true; ran;) {
      ran = false;
      for (std::uint32_t i = 0; i < shards.count(); ++i) ran |= shards.at(i).run_ready();
    }
  }

  // Posts without running the shards: the test chooses the order.
  template <class F>
  void post(std::uint32_t shard, F work) {
    shards.at(shard).post(std::move(work));
  }
  template <class F>
  void at(std::uint32_t shard, F work) {
    post(shard, std::move(work));
    run();
  }

  // Runs until the answer is there; hashing threads need real time.
  template <class T>
  Result<T> await(std::uint32_t shard, UniqueFunction<void(Callback<T>)> ask) {
    std::optional<Result<T>> got;
    post(shard, [&] { ask([&](Result<T> result) { got = std::move(result); }); });
    REQUIRE(wait_for([&] {
      run();
      return got.has_value();
    }));
    return *got;
  }

  Client& open(std::uint32_t shard,
               const Uuid& user,
               bool status = false,
               SocketFormat format = SocketFormat::json) {
    return open_by(shard, user, {status, "", clock.now_ms() / 1000}, format);
  }
  Client& open_by(std::uint32_t shard,
                  const Uuid& user,
                  const SocketOpening& opening,
                  SocketFormat format = SocketFormat::json) {
    const std::string name = "user-" + user.text().substr(0, 4);
    clients.push_back({{user, Uuid::make_random(), name, shard}, FakeSocket(format)});
    Client& client = clients.back();
    at(shard, [&] { layer->sessions(shard).opened(client.presence, client.socket, opening); });
    return client;
  }
  Client& open(std::uint32_t shard) { return open(shard, Uuid::make_random()); }

  void close(Client& client) {
    const std::uint32_t shard = client.presence.shard;
    at(shard, [this, &client, shard] {
      client.socket.is_closed = true;
      layer->sessions(shard).closed(client.session());
    });
  }

  std::uint32_t home(const StreamId& stream) const {
    return shard_of_stream(stream, shards.count());
  }
  std::vector<Presence> members(const StreamId& stream) {
    std::vector<Presence> out;
    at(home(stream), [&] { out = layer->streams(home(stream)).members(stream); });
    return out;
  }

  ManualClock clock;
  ManualShards shards;  // destroyed after the layer, as in the host
  FakeAccounts store;
  LetterCodec codec;
  LeaveRecorder listener;
  RecordedMetrics metrics;
  std::unique_ptr<session::SessionLayer> layer;
  std::deque<Client> clients;

 private:
  void build() {
    layer = std::make_unique<session::SessionLayer>(
        given, shards, store, clock, Log(), metrics, codec, listener);
    REQUIRE(layer->start().ok());
  }

  session::SessionOptions given;
};

}  // namespace serai::testing
