#include "runtime/execution/rpc_target.hpp"

namespace serai::runtime {
namespace {

std::string field_of(const RpcRoute& route, const std::string& name, const std::string& wire) {
  return route.generation->generation().transcoder->field(route.handler().request, name, wire);
}

// The key of the entity that this request opens. The key of an idempotent call is made from its
// idempotency key, so that a retry reaches the entity that the first call opened. Otherwise two
// retries at the same time would open two entities.
std::string fresh_key(const RpcRoute& route, Input& input, const Uuid& fresh) {
  const abi::HandlerContract& handler = route.handler();
  if (handler.idempotent && input.idempotency_key.empty() && !handler.request.empty()) {
    input.idempotency_key = field_of(route, "idem_key", input.payload);
  }
  input.fresh = !handler.idempotent || input.idempotency_key.empty();
  if (input.fresh) return fresh.text();
  return Uuid::make_named(input.user_id.text() + '\n' + handler.name + '\n' + input.idempotency_key)
      .text();
}

}  // namespace

Result<std::string> wire_of(const RpcRoute& route, std::string payload) {
  const abi::HandlerContract& handler = route.handler();
  if (handler.request.empty()) return payload;
  const std::string_view json = payload.empty() ? "{}" : std::string_view(payload);
  return route.generation->generation().transcoder->to_wire(handler.request, json);
}

Result<EntityId> target_of(const RpcRoute& route, Input& input, const Uuid& fresh) {
  const abi::HandlerContract& handler = route.handler();
  EntityId target{handler.kind, {}};
  switch (handler.key) {
    case abi::KeyRule::caller:
      if (input.user_id.is_nil()) {
        return Error{Errc::unauthenticated, "This function needs a player's session"};
      }
      target.key = input.user_id.text();
      break;
    case abi::KeyRule::fresh:
      target.key = fresh_key(route, input, fresh);
      if (input.idempotency_key.size() > kIdempotencyKeyMax) {
        return Error{Errc::invalid_argument, kKeyTooLong};
      }
      break;
    case abi::KeyRule::field:
      target.key = field_of(route, handler.key_field, input.payload);
      if (target.key.empty()) {
        return Error{Errc::invalid_argument,
                     handler.name + " needs " + handler.key_field + ", which is missing"};
      }
      if (target.key.size() > kEntityKeyMax) {
        return Error{
            Errc::invalid_argument,
            handler.key_field + " is longer than " + std::to_string(kEntityKeyMax) + " bytes"};
      }
      break;
    case abi::KeyRule::none:
    case abi::KeyRule::singleton:
      break;
  }
  return target;
}

}  // namespace serai::runtime
