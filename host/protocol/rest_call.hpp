// RestCall: one request until its answer. RestCore: the parts that all calls of a shard share.
//
// Units   _us: microseconds of the steady clock. now_s(): Unix seconds.
// Errors  fail() answers with the protocol's error body. Failures of the host are logged, and
//         clients get them without their text.
// Thread  the shard's.
// Owner   a RestCallPtr owns the call. After its answer the call must not be used. When the host
//         stops, a call may be destroyed without an answer, and after its RestCore.
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

// Returns {"code":3,"message":"..."}. Errors of RPCs also have the member "error"; `error_member`
// is its JSON text.
std::string error_body(Errc code, std::string_view message, std::string_view error_member = {});

class RestCall {
 public:
  using Answerer = UniqueFunction<void(HttpResponse)>;

  RestCall(RestCore& core, HttpRequest request, Answerer answer);
  RestCall(const RestCall&) = delete;
  RestCall& operator=(const RestCall&) = delete;
  ~RestCall() = default;

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

  // Sets the owner of the answer: the keyed hash of a player or an address. The bytes of the answer
  // count against the rate and the memory of the owner.
  void set_owner(std::uint64_t owner) { owner_ = owner; }
  // Reserves bytes for an answer that is not made yet. send() replaces them by the real size.
  // resource_exhausted: the recent answers to the owner were too large.
  Result<> reserve_answer(std::size_t bytes);

  // Each of these answers the call. Only the first answer is sent.
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

// Makes a callback for an answer of a port. It fails the call on an error, and otherwise calls
// `then` with the value.
template <class T, class Then>
UniqueFunction<void(Result<T>)> answer_to(RestCallPtr call, Then then) {
  return [call = std::move(call), then = std::move(then)](Result<T> result) mutable {
    if (!result) return call->fail(result.error());
    then(*call, *result);
  };
}

// Makes a callback that answers with an empty object.
inline UniqueFunction<void(Result<Unit>)> empty_answer(RestCallPtr call) {
  return answer_to<Unit>(std::move(call), [](RestCall& done, Unit&) { done.reply_empty(); });
}

inline constexpr std::string_view kTooManyRequests = "Too many requests";
// Makes the player the owner of the answer, and checks the player's rates of requests and of answer
// bytes.
Result<> check_rate(RestCall& call, const Uuid& user);
// Check the rate of the user or the address. False: the rate is exceeded, and the call has been
// answered.
bool admit_user(RestCall& call, const Uuid& user);
bool admit_address(RestCall& call);

inline constexpr std::size_t kFreeAnswerBytes = std::size_t{64} << 10;  // of each answer
inline constexpr std::size_t kFreeBodyBytes = 4096;                     // of each body
inline constexpr std::size_t kLoginBodyBytesMax = std::size_t{64}
                                                  << 10;  // of calls with the server key
// Unpacks the body in place. The bytes are charged to the player, or to the address when `user` is
// nil. invalid_argument: the body is malformed or too large. resource_exhausted: the recent bodies
// of the caller were too large.
Result<> open_body(RestCall& call, const Uuid& user, std::size_t bytes_max = SIZE_MAX);

}  // namespace serai::protocol
