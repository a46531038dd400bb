// ClientSession: the conversation with one socket. It runs one request at a time, in order;
// requests that arrive meanwhile wait in a bounded queue.
//
// Errors  broken messages and floods close the socket with a reason; everything else gets an
//         answer.
// Thread  the shard's.
// Owner   the connection, until on_closed(). SocketCore finds it by its serial number.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "nakama/realtime.pb.h"
#include "protocol/flood_guard.hpp"
#include "protocol/socket_core.hpp"
#include "protocol/waiting_requests.hpp"

namespace serai::protocol {

namespace realtime = nakama::realtime;

// The request a socket is waiting for.
struct RunningRequest {
  std::string cid;  // sent back with the answer; empty: none
  std::string_view name;
  std::int64_t started_us = 0;  // on the steady clock
  Uuid trace_id;
  // An RPC's id as the client wrote it, and as it is registered.
  std::string rpc_id;
  std::string rpc_name;
};

class ClientSession final : public SocketSession {
 public:
  // Its place among the user's sockets is reserved already; the session gives it back at its end,
  // whether it was opened or not.
  ClientSession(SocketCore& core, Presence presence, SocketOpening opening);
  ~ClientSession() override;

  void on_open(ClientSocket& socket) override;
  void on_message(std::string_view message) override;
  void on_frame() override;
  bool takes_more() const override { return !reads_no_more_; }
  void on_flushed() override { ports().sessions.flushed(presence_.session_id); }
  std::uint64_t owner() const override { return presence_.user_id.hash(); }
  void on_shutdown(std::string_view reason) override;
  void on_closed() override;

  // --- for the request handlers: exactly one of these ends a request ----------------------------
  void answer(realtime::Envelope& envelope);  // with the cid of the request
  void answer_text(std::string message);      // encoded by the caller, cid included
  void answer_nothing();                      // success without content: the cid alone
  void answer_silently();                     // match data: no answer at all
  void answer_error(realtime::Error::Code code, std::string_view message);
  void answer_error_and_close(realtime::Error::Code code, std::string_view message);

  // Nothing more is read until the request is answered.
  void stop_reading() { reads_no_more_ = true; }

  SocketCore& core() { return core_; }
  SocketPorts& ports() { return core_.ports; }
  const Presence& presence() const { return presence_; }
  SocketFormat format() const { return socket_->format(); }
  RunningRequest& request() { return request_; }
  std::int64_t took_us() const { return core_.ports.clock.steady_us() - request_.started_us; }

  // A callback for an answer of a port. It finds this session again, or does nothing when the
  // session has gone.
  template <class T, class Then>
  UniqueFunction<void(T)> when_answered(Then then) {
    return [core = &core_, serial = serial_, then = std::move(then)](T answer) mutable {
      if (ClientSession* self = core->find(serial)) then(*self, std::move(answer));
    };
  }
  std::uint64_t serial() const { return serial_; }

 private:
  bool within_limit(std::int64_t now_us);
  void start(std::string_view message, RequestRefusal refusal, std::int64_t now_us);
  void read_and_run(std::string_view message, RequestRefusal refusal);
  void refuse(RequestRefusal refusal, const realtime::Envelope& envelope);
  void refuse_flood();
  std::string flood_text() const;
  void give_place_back();
  void run_waiting();
  void end_when_answered();
  void finish(int code);
  void log_answer(int code) const;
  void close(std::string_view reason);

  SocketCore& core_;
  Presence presence_;
  std::uint64_t serial_;
  ClientSocket* socket_ = nullptr;
  FloodGuard flood_;
  SocketOpening opening_;
  bool has_place_ = true;  // among the user's sockets
  bool reads_no_more_ = false;
  bool busy_ = false;     // a request has not been answered yet
  bool running_ = false;  // inside start(), where an answer must not start the next request
  bool closing_ = false;
  std::optional<std::string>
      ending_;  // set when the host stops: the reason to close with, once all is answered

  RunningRequest request_;
  WaitingRequests waiting_;
};

}  // namespace serai::protocol
