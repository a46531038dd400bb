// ClientSession: the requests and answers of one socket. It runs one request at a time, in order.
// Requests that arrive before the answer wait in a bounded queue.
//
// Errors  malformed messages, floods and a full queue close the socket with a reason. Every other
//         error is answered.
// Thread  the shard's.
// Owner   the connection, which destroys it after on_closed(). SocketCore has a pointer to it until
//         then, under its serial number.
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

// The request that a session runs. There is one at a time.
struct RunningRequest {
  std::string cid;  // repeated in the answer; empty: none
  std::string_view name;
  std::int64_t started_us = 0;  // on the steady clock
  Uuid trace_id;
  std::string rpc_id;    // the RPC's name as the client wrote it
  std::string rpc_name;  // the RPC's name as it is registered, in lower case
};

class ClientSession final : public SocketSession {
 public:
  // The caller has reserved a socket of the user with Sessions::reserve_socket(). The session drops
  // the reservation when it ends, also when it was never opened.
  ClientSession(SocketCore& core, Presence presence, SocketOpening opening);
  ~ClientSession() override;
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  void on_open(ClientSocket& socket) override;
  void on_message(std::string_view message) override;
  void on_frame() override;
  bool takes_more() const override { return !reads_no_more_; }
  void on_flushed() override { ports().sessions.flushed(presence_.session_id); }
  std::uint64_t owner() const override { return presence_.user_id.hash(); }
  void on_shutdown(std::string_view reason) override;
  void on_closed(SocketEnd end) override;

  // --- for the request handlers: each request ends with exactly one of these calls --------------
  void answer(realtime::Envelope& envelope);  // with the cid of the request
  void answer_text(std::string message);      // encoded by the caller, cid included
  void answer_nothing();   // success without content: the answer has the cid alone
  void answer_silently();  // sends nothing: for match data and pongs
  void answer_error(realtime::Error::Code code, std::string_view message);
  void answer_error_and_close(realtime::Error::Code code, std::string_view message);

  // Stops reading from the socket until the running request is answered.
  void stop_reading() { reads_no_more_ = true; }

  SocketCore& core() { return core_; }
  SocketPorts& ports() { return core_.ports; }
  const Presence& presence() const { return presence_; }
  SocketFormat format() const { return socket_->format(); }
  RunningRequest& request() { return request_; }
  std::int64_t took_us() const { return core_.ports.clock.steady_us() - request_.started_us; }

  // Makes a callback for an answer of a port. It calls `then` with this session, or does nothing
  // when the session no longer exists.
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
  bool has_place_ = true;       // the reservation among the sockets of the user
  bool reads_no_more_ = false;  // until the running request is answered
  bool busy_ = false;           // a request is without an answer
  bool running_ = false;        // inside start(), where an answer must not start the next request
  bool closing_ = false;
  // Set when the host stops: the reason with which the socket is closed after the last answer.
  std::optional<std::string> ending_;

  RunningRequest request_;
  WaitingRequests waiting_;
};

}  // namespace serai::protocol
