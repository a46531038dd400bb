// RestCall: one request until its answer. RestCore: the parts that all calls of a shard share.
//
// Errors  fail() answers with the protocol's error body. Failures of the host are logged, and shown
//         to clients without their text.
// Thread  the shard's.
// Owner   the owner of the RestCallPtr. After its answer the call must not be used. When a host
//         stops, a call may be destroyed unanswered after its core has gone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/named_limit.hpp"
#include "base/rate_limit.hpp"
#include "protocol/meters.hpp"
#include "protocol/query.hpp"
#include "protocol/rest_api.hpp"
#include "protocol/rest_routes.hpp"

namespace serai::protocol {

struct RestCore {
  RestApiPorts ports;
  RateLimiter by_user;
  RateLimiter by_address;
  RateLimiter body_bytes;  // by user or address
  NamedLimit body_bytes_limit;
  RateLimiter answer_bytes;  // by user
  NamedLimit answer_bytes_limit;
  RpcMeter rpcs;
  RequestMeter requests;
};

// {"code":3,"message":"..."}; RPC errors carry "error" as well, which is JSON text.
std::string error_body(Errc code, std::string_view message, std::string_view error_member = {});

class RestCall {
 public:
  using Answerer = UniqueFunction<void(HttpResponse)>;

  RestCall(RestCore& core, HttpRequest request, Answerer answer);
  RestCall(const RestCall&) = delete;
  RestCall& operator=(const RestCall&) = delete;

  RestApiPorts& ports() { return core_.ports; }
  RestCore& core() { return core_; }
  const HttpRequest& request() const { return request_; }
  HttpRequest& request() { return request_; }
  const TokenClaims& caller() const { return caller_; }
  void set_caller(TokenClaims caller) { caller_ = std::move(caller); }
  std::string_view route() const { return route_; }
  void set_route(std::string_view literal) { route_ = literal; }
  const Uuid& trace_id() const { return trace_id_; }  // the client's traceparent, or a new one
  std::int64_t now_s() const { return core_.ports.clock.now_ms() / 1000; }
  std::int64_t started_us() const { return started_us_; }
  std::int64_t took_us() const { return core_.ports.clock.steady_us() - started_us_; }

  // Sets the owner of the answer, as a keyed hash: its bytes count against the owner's rate and
  // memory.
  void set_owner(std::uint64_t owner) { owner_ = owner; }
  // Reserves bytes for an answer about to be made; send() corrects them to its real size.
  // resource_exhausted: the owner's recent answers were too large.
  Result<> reserve_answer(std::size_t bytes);

  void reply(const google::protobuf::Message& message);
  void reply_empty() { send({200, "application/json", "{}"}, Errc::ok); }
  void fail(Errc code, std::string_view message);
  void fail(const Error& error);
  void send(HttpResponse response, Errc code);

 private:
  void log_answer(Errc code) const;
  void charge_answer(std::size_t bytes);

  RestCore& core_;
  HttpRequest request_;
  Answerer answer_;
  TokenClaims caller_;
  std::string_view route_ = "unknown";
  std::int64_t started_us_;
  Uuid trace_id_;
  std::uint64_t owner_ = 0;
  std::size_t reserved_bytes_ = 0;
};

// A callback for an answer of a port: it fails the call, or goes on with the value.
template <class T, class Then>
UniqueFunction<void(Result<T>)> answer_to(RestCallPtr call, Then then) {
  return [call = std::move(call), then = std::move(then)](Result<T> result) mutable {
    if (!result) return call->fail(result.error());
    then(*call, *result);
  };
}

inline UniqueFunction<void(Result<Unit>)> empty_answer(RestCallPtr call) {
  return answer_to<Unit>(std::move(call), [](RestCall& done, Unit&) { done.reply_empty(); });
}

inline constexpr std::string_view kTooManyRequests = "Too many requests";
// Checks the player's rate of requests and of answer bytes. Makes the player the owner.
Result<> check_rate(RestCall& call, const Uuid& user);
// False, with the call answered, when the user or the address has sent too many requests.
bool admit_user(RestCall& call, const Uuid& user);
bool admit_address(RestCall& call);

inline constexpr std::size_t kFreeAnswerBytes = 64 * 1024;
inline constexpr std::size_t kFreeBodyBytes = 4096;
inline constexpr std::size_t kLoginBodyBytesMax = 64 * 1024;  // of calls with the server key
// Unpacks the body, at the cost of the player, or of the address when `user` is nil.
// resource_exhausted: the caller's recent bodies were too large.
Result<> open_body(RestCall& call, const Uuid& user, std::size_t bytes_max = SIZE_MAX);

}  // namespace serai::protocol
