#include "rehearsal/effect_text.hpp"

#include <utility>

namespace serai::rehearsal {
namespace {

// One overload for each kind of effect outside the entity.
struct Describe {
  const abi::ModuleContract& contract;

  EffectText operator()(const abi::BroadcastEffect& effect) const {
    std::string action = "broadcast " + std::to_string(effect.op_code) + " to";
    if (!effect.targets) action += " everybody";
    for (const Uuid& session : effect.targets.value_or(std::vector<Uuid>())) {
      action += " " + session.text();
    }
    const abi::EventContract* event = contract.find_event(effect.op_code);
    return {std::move(action), event == nullptr ? "" : event->message, effect.data};
  }
  EffectText operator()(const abi::KickEffect& effect) const {
    return {"kick of " + effect.session_id.text(), {}, {}};
  }
  EffectText operator()(const OutboxMessage& message) const {
    return {"message to " + message.target.kind + "/" + message.target.key + " " + message.handler,
            {},
            message.payload};
  }
  EffectText operator()(const Notification& notification) const {
    return {"notification " + std::to_string(notification.code) + " to " +
                notification.user_id.text() + ": " + notification.subject,
            {},
            notification.content};
  }
};

EffectText text_of(const abi::TimerChange& change,
                   const abi::ModuleContract& contract,
                   std::int64_t now_ms) {
  const std::string timer = "timer " + std::to_string(change.id);
  if (!change.set) return {timer + " cancelled", {}, {}};
  const abi::HandlerContract* handler = contract.find_handler(change.handler);
  return {timer + " in " + std::to_string(change.due_ms - now_ms) + " ms for " + change.handler,
          handler == nullptr ? "" : handler->request,
          change.payload};
}

}  // namespace

std::vector<EffectText> texts_of(const abi::Effects& effects,
                                 const abi::ModuleContract& contract,
                                 std::int64_t now_ms) {
  std::vector<EffectText> texts;
  for (const abi::OutsideEffect& effect : effects.outside) {
    texts.push_back(std::visit(Describe{contract}, effect));
  }
  for (const abi::TimerChange& change : effects.timers) {
    texts.push_back(text_of(change, contract, now_ms));
  }
  if (effects.label) texts.push_back({"label", {}, *effects.label});
  if (effects.close) texts.push_back({"end of the entity", {}, {}});
  return texts;
}

}  // namespace serai::rehearsal
