#include "protocol/rest_call.hpp"

#include <functional>

#include "base/http_status.hpp"
#include "base/json_text.hpp"
#include "base/keyed_hash.hpp"
#include "base/proto_json_write.hpp"
#include "base/trace_id.hpp"
#include "protocol/host_failure.hpp"

namespace serai::protocol {
namespace {

// The message for the client. The detail of a host failure is logged for operators, and hidden from
// players.
std::string_view shown_message(const Error& error) {
  if (!is_host_failure(error.code)) return error.detail;
  return error.code == Errc::unavailable ? "Service unavailable, try again"
                                         : "Internal server error";
}

std::uint64_t address_key(RestCall& call) { return keyed_hash(call.request().peer_ip); }

}  // namespace

std::string error_body(Errc code, std::string_view message, std::string_view error_member) {
  std::string body = "{\"code\":" + std::to_string(static_cast<int>(code));
  if (!error_member.empty()) {
    body += ",\"error\":";
    body += error_member;
  }
  body += ",\"message\":";
  append_json_string(message, body);
  body += '}';
  return body;
}

RestCall::RestCall(RestCore& core, HttpRequest request, Answerer answer)
    : core_(core),
      request_(std::move(request)),
      answer_(std::move(answer)),
      started_us_(core.ports.clock.steady_us()),
      trace_id_(trace_of(request_.header("traceparent"))) {
  if (trace_id_.is_nil()) trace_id_ = Uuid::make_random();
}

void RestCall::reply(const google::protobuf::Message& message) {
  HttpResponse response;
  append_json(message, response.body);
  send(std::move(response), Errc::ok);
}

void RestCall::fail(Errc code, std::string_view message) {
  send({http_status(code), "application/json", error_body(code, message)}, code);
}

void RestCall::fail(const Error& error) {
  if (is_host_failure(error.code)) {
    core_.ports.log.warn("rest.failed",
                         {{"route", route_},
                          {"code", error.code},
                          {"player_id", caller_.user_id.text()},
                          {"trace_id", trace_text(trace_id_)},
                          {"reason", error.detail}});
  }
  fail(error.code, shown_message(error));
}

void RestCall::send(HttpResponse response, Errc code) {
  if (!answer_) return;
  core_.requests.count(route_, static_cast<int>(code));
  log_answer(code);
  charge_answer(response.body.size());
  response.owner = owner_;
  std::exchange(answer_, {})(std::move(response));
}

Result<> RestCall::reserve_answer(std::size_t bytes) {
  if (!core_.answer_bytes.has_left(owner_, started_us_)) {
    return core_.answer_bytes_limit.refuse(Errc::resource_exhausted,
                                           {"The recent answers to you were too large",
                                            "bytes a second",
                                            "ask for less, or try again in some seconds"});
  }
  reserved_bytes_ += bytes;
  core_.answer_bytes.spend(owner_, static_cast<double>(bytes));
  return success();
}

void RestCall::charge_answer(std::size_t bytes) {
  const std::size_t cost = bytes > kFreeAnswerBytes ? bytes - kFreeAnswerBytes : 0;
  if (owner_ == 0 || cost == reserved_bytes_) return;
  core_.answer_bytes.spend(owner_,
                           static_cast<double>(cost) - static_cast<double>(reserved_bytes_));
}

void RestCall::log_answer(Errc code) const {
  if (!core_.ports.log.enabled(LogLevel::debug)) return;
  core_.ports.log.debug("rest.answered",
                        {{"route", route_},
                         {"code", code},
                         {"player_id", caller_.user_id.text()},
                         {"peer_ip", request_.peer_ip},
                         {"trace_id", trace_text(trace_id_)},
                         {"duration_ms", static_cast<double>(took_us()) / 1e3}});
}

Result<> open_body(RestCall& call, const Uuid& user, std::size_t bytes_max) {
  HttpRequest& http = call.request();
  if (http.unpack == nullptr && http.body.size() <= kFreeBodyBytes) return success();
  RateLimiter& budget = call.core().body_bytes;
  const std::uint64_t key = user.is_nil() ? address_key(call) : user.hash();
  if (!budget.has_left(key, call.started_us())) {
    return call.core().body_bytes_limit.refuse(Errc::resource_exhausted,
                                               {"The bodies of your recent requests were too large",
                                                "bytes a second",
                                                "send less, or try again in some seconds"});
  }
  auto unpacked = http.unpack_body(bytes_max);
  // A malformed or too large body has been unpacked in part. The caller is charged the largest cost
  // that this can have had.
  const std::size_t bytes =
      unpacked ? http.body.size() : std::min(bytes_max, http.unpacked_bytes_max);
  if (bytes > kFreeBodyBytes) budget.spend(key, static_cast<double>(bytes - kFreeBodyBytes));
  if (unpacked && http.body.size() > bytes_max) {
    return {Errc::invalid_argument, "http: request body too large"};
  }
  return unpacked;
}

Result<> check_rate(RestCall& call, const Uuid& user) {
  call.set_owner(user.hash());
  if (!call.core().by_user.take(user.hash(), call.started_us())) {
    return {Errc::resource_exhausted, std::string(kTooManyRequests)};
  }
  return call.reserve_answer(0);
}

bool admit_user(RestCall& call, const Uuid& user) {
  const auto checked = check_rate(call, user);
  if (!checked) call.fail(checked.error());
  return checked.ok();
}

bool admit_address(RestCall& call) {
  const std::uint64_t key = address_key(call);
  call.set_owner(key);
  if (call.core().by_address.take(key, call.started_us())) return true;
  call.fail(Errc::resource_exhausted, kTooManyRequests);
  return false;
}

}  // namespace serai::protocol
