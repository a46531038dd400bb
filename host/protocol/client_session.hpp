// ClientSession: the conversation with one socket. One request at a time, in order; what arrives
// meanwhile waits in a bounded queue.
//
// Errors  broken messages and floods close the socket with a reason; all else is answered.
// Thread  the shard's.
// Owner   the connection, until on_closed(). SocketCore knows it by its serial number.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nakama/realtime.pb.h"
#include "protocol/socket_core.hpp"

namespace serai {

namespace realtime = nakama::realtime;

class ClientSession final : public SocketSession {
 public:
  // Its place among the user's sockets is reserved, and given back at its end, opened or not.
  ClientSession(SocketCore& core, Presence presence, SocketOpening opening);
  ~ClientSession() override;

  void on_open(ClientSocket& socket) override;
  void on_message(std::string_view message) override;
  void on_frame() override;
  bool takes_more() const override { return !reads_no_more_; }
  void on_drained() override { ports().sessions.drained(presence_.session_id); }
  std::uint64_t owner() const override { return presence_.user_id.hash(); }
  void on_shutdown(std::string_view reason) override;
  void on_closed() override;

  // --- for the request handlers: exactly one of these ends a request ----------------------------
  void answer(realtime::Envelope& envelope);  // with the cid of the request
  void answer_text(std::string message);      // encoded by the caller, cid included
  void answer_nothing();                      // success without content: the cid alone
  void answer_silently();                     // match data: not even that
  void answer_error(realtime::Error::Code code, std::string_view message);
  void answer_error_and_close(realtime::Error::Code code, std::string_view message);

  // Nothing more is read until the request is answered.
  void stop_reading() { reads_no_more_ = true; }

  SocketCore& core() { return core_; }
  SocketPorts& ports() { return core_.ports; }
  const Presence& presence() const { return presence_; }
  SocketFormat format() const { return socket_->format(); }
  const std::string& cid() const { return cid_; }
  void drop_cid() { cid_.clear(); }
  const Uuid& trace_id() const { return trace_id_; }  // of the request being run
  std::int64_t took_us() const { return ports_clock().steady_us() - started_us_; }

  // An answer of a port that finds this session again, if it is still there.
  template <class T, class Then>
  UniqueFunction<void(T)> when_answered(Then then) {
    return [core = &core_, serial = serial_, then = std::move(then)](T answer) mutable {
      if (ClientSession* self = core->find(serial)) then(*self, std::move(answer));
    };
  }
  std::uint64_t serial() const { return serial_; }

  // The RPC being run: as the client wrote it, and as it is registered.
  struct RunningRpc {
    std::string id;
    std::string name;
  };
  RunningRpc& rpc() { return rpc_; }

 private:
  // Why a request is answered without being run.
  enum class Refusal : std::uint8_t { none, flood, shutdown };
  struct Waiting {
    std::string message;
    Refusal refusal = Refusal::none;
  };

  const Clock& ports_clock() const { return core_.ports.clock; }
  bool within_limit(std::int64_t now_us);
  void start(std::string_view message, Refusal refusal, std::int64_t now_us);
  void read_and_run(std::string_view message, Refusal refusal);
  void refuse(Refusal refusal, const realtime::Envelope& envelope);
  void refuse_flood();
  std::string flood_text() const;
  void give_place_back();
  void drain();
  void forget_begun();
  void end_when_answered();
  void finish(int code);
  void log_answer(int code) const;
  void close(std::string_view reason);

  SocketCore& core_;
  Presence presence_;
  std::uint64_t serial_;
  ClientSocket* socket_ = nullptr;
  TokenBucket bucket_;
  std::int64_t refused_at_us_ = 0;
  std::uint32_t refusals_ = 0;
  SocketOpening opening_;
  bool has_place_ = true;  // among the user's sockets
  bool reads_no_more_ = false;
  bool busy_ = false;     // a request has not been answered yet
  bool running_ = false;  // inside start(): its answer must not start the next one there
  bool closing_ = false;
  std::optional<std::string> ending_;  // the host stops, and why: closes when all is answered

  std::string cid_;
  std::string_view request_name_;
  std::int64_t started_us_ = 0;
  Uuid trace_id_;
  RunningRpc rpc_;

  std::vector<Waiting> waiting_;  // from next_ on
  std::size_t next_ = 0;
};

// Runs the request in the envelope, which is the session's to take from until it returns.
void run_request(ClientSession& session, realtime::Envelope& envelope);

}  // namespace serai
