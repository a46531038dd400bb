#include "protocol/rest_handlers.hpp"
#include "base/ascii.hpp"
#include "protocol/validate.hpp"

// More ways to log in for an account that exists.
namespace serai::rest {
namespace {

void link(RestCallPtr call, NewLink asked, const Result<>& checked) {
  if (!checked) return call->fail(checked.error());
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  asked.address = call->request().peer_ip;
  identity.link(user, std::move(asked), empty_answer(std::move(call)));
}

// An empty value means whatever is linked.
void unlink(RestCallPtr call, Identity asked) {
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  identity.unlink(user, std::move(asked), empty_answer(std::move(call)));
}

}  // namespace

void link_custom(RestCallPtr call, const api::AccountCustom& request) {
  link(std::move(call),
       {{IdentityKind::custom, request.id()}, {}, {}},
       check_custom_id(request.id()));
}

void link_device(RestCallPtr call, const api::AccountDevice& request) {
  link(std::move(call),
       {{IdentityKind::device, request.id()}, {}, {}},
       check_device_id(request.id()));
}

void link_email(RestCallPtr call, const api::AccountEmail& request) {
  auto checked = check_email(request.email());
  if (checked) checked = check_sent_password(request.password());
  link(std::move(call),
       {{IdentityKind::email, lower_case(request.email())}, request.password(), {}},
       checked);
}

void unlink_custom(RestCallPtr call, const api::AccountCustom& request) {
  unlink(std::move(call), {IdentityKind::custom, request.id()});
}

void unlink_device(RestCallPtr call, const api::AccountDevice& request) {
  if (request.id().empty()) return call->fail(Errc::invalid_argument, "Device ID is required");
  unlink(std::move(call), {IdentityKind::device, request.id()});
}

void unlink_email(RestCallPtr call, const api::AccountEmail& request) {
  unlink(std::move(call), {IdentityKind::email, lower_case(request.email())});
}

}  // namespace serai::rest
