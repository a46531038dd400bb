#include "rehearsal/replayed_call.hpp"

#include <utility>

#include "abi/sink.hpp"

namespace serai::rehearsal {

Error ReplayedCall::refuse_beyond(std::string what) {
  beyond_ = std::move(what);
  return {Errc::unavailable, "a rehearsal cannot give " + beyond_};
}

Result<> ReplayedCall::send(const serai_target& target, std::string_view payload) {
  OutboxMessage message;
  message.target = {std::string(abi::view_of(target.kind)), std::string(abi::view_of(target.key))};
  message.handler = abi::view_of(target.handler);
  message.payload = payload;
  effects.outside.emplace_back(std::move(message));
  return success();
}

Result<> ReplayedCall::call(const serai_target&, std::string_view, std::uint32_t, std::uint64_t) {
  return refuse_beyond("an answer of another entity");
}

Result<> ReplayedCall::sleep(std::uint32_t, std::uint64_t) { return refuse_beyond("a pause"); }

Result<> ReplayedCall::broadcast(std::int64_t op_code,
                                 std::string_view payload,
                                 std::optional<std::vector<Uuid>> targets) {
  const abi::EventContract* event = contract_.find_event(op_code);
  if (event != nullptr && !event->message.empty() &&
      !descriptors_.parses(event->message, payload)) {
    return {Errc::invalid_argument,
            "event " + std::to_string(op_code) + " is no " + event->message};
  }
  effects.outside.emplace_back(
      abi::BroadcastEffect{op_code, std::string(payload), std::move(targets)});
  return success();
}

Result<> ReplayedCall::notify(Notification notification) {
  effects.outside.emplace_back(std::move(notification));
  return success();
}

Result<> ReplayedCall::transfer(LedgerTransfer, std::uint64_t) {
  return refuse_beyond("a transfer of money");
}

Result<> ReplayedCall::balance(std::string, std::uint64_t) { return refuse_beyond("a balance"); }

const abi::ConfigRead* ReplayedCall::read_config(std::string_view key) {
  refuse(refuse_beyond("the configuration of " + std::string(key)));
  return nullptr;
}

}  // namespace serai::rehearsal
