#include "protocol/rest_links.hpp"

namespace serai::protocol::rest {
namespace {

void link(RestCallPtr call, NewLink asked) {
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  asked.address = call->request().peer_ip;
  identity.link(user, std::move(asked), empty_answer(std::move(call)));
}

// An empty value stands for the linked one.
void unlink(RestCallPtr call, Identity asked) {
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  identity.unlink(user, std::move(asked), empty_answer(std::move(call)));
}

}  // namespace

void link_custom(RestCallPtr call, const api::AccountCustom& request) {
  link(std::move(call), {{IdentityKind::custom, request.id()}, {}, {}});
}

void link_device(RestCallPtr call, const api::AccountDevice& request) {
  link(std::move(call), {{IdentityKind::device, request.id()}, {}, {}});
}

void link_email(RestCallPtr call, const api::AccountEmail& request) {
  link(std::move(call), {{IdentityKind::email, request.email()}, request.password(), {}});
}

void unlink_custom(RestCallPtr call, const api::AccountCustom& request) {
  unlink(std::move(call), {IdentityKind::custom, request.id()});
}

void unlink_device(RestCallPtr call, const api::AccountDevice& request) {
  unlink(std::move(call), {IdentityKind::device, request.id()});
}

void unlink_email(RestCallPtr call, const api::AccountEmail& request) {
  unlink(std::move(call), {IdentityKind::email, request.email()});
}

}  // namespace serai::protocol::rest
