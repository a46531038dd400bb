// Entity: the context of a handler that runs on one entity. Match: the context on an entity that
// players join by socket.
//
// Effects timers, broadcasts, kicks, labels and close() take place when the handler has succeeded.
// Units   delays have millisecond precision. Timers survive swaps, restarts and passivation.
// Thread  the entity's shard, while the handler runs.
// Errors  a refused effect fails the call when the handler ends.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "serai/context.hpp"

namespace serai::inline face {

// A message pushed to players; declare it with serai::event().
template <Message M>
struct Event {
  using Body = M;
  std::int64_t op;
  std::string_view name;
};

// A message that the host sends an entity when a timer is due; declare it with serai::timer().
template <Message M>
struct Timer {
  using Body = M;
  std::string_view name;
};

class Entity : public Context {
 public:
  using Context::Context;

  std::string key() const { return std::string(view(message().entity_key)); }
  std::string kind() const { return std::string(view(message().entity_kind)); }
  // In a tick handler: the number of earlier ticks of this entity.
  std::uint64_t tick() const { return message().tick; }
  // In a timer handler: the id that the timer was set with.
  std::uint64_t timer_id() const { return message().timer_id; }

  // Sets or replaces the entity's timer `id`. After `delay` the handler for this timer gets `body`.
  template <Message M>
  void timer(std::uint64_t id,
             std::chrono::milliseconds delay,
             const Timer<M>& which,
             const M& body) {
    const serai_status set = host().timer_set(
        call_handle(), id, detail::clamp_ms(delay), to_abi(which.name), to_bytes(serialize(body)));
    if (set != SERAI_OK) note(set, "timer: " + std::string(which.name));
  }
  // Cancels the timer `id`; no error when there is none.
  void cancel_timer(std::uint64_t id) {
    note(host().timer_cancel(call_handle(), id), "cancel_timer");
  }

  // Ends the entity: the host erases its state and closes its match.
  void close() { note(host().close(call_handle()), "close"); }
};

class Match : public Entity {
 public:
  using Entity::Entity;

  // The id by which clients join the match: "<key>.<kind>".
  std::string id() const { return key() + "." + kind(); }

  // Sends an event to all players in the match.
  template <Message M>
  void broadcast(const Event<M>& event, const M& body) {
    push(event.op, serialize(body), nullptr, 0);
  }
  // Sends an event to the players with these session ids, and to nobody for an empty list.
  template <Message M>
  void send_to(std::span<const std::string> session_ids, const Event<M>& event, const M& body) {
    if (session_ids.empty()) return;
    std::vector<serai_str> to;
    to.reserve(session_ids.size());
    for (const std::string& session_id : session_ids) to.push_back(to_abi(session_id));
    push(event.op, serialize(body), to.data(), to.size());
  }
  template <Message M>
  void send_to(const Player& player, const Event<M>& event, const M& body) {
    send_to(std::span(&player.session_id, 1), event, body);
  }

  // Removes a player from the match. The entity then gets a "leave" message.
  void kick(const Player& player) { kick(player.session_id); }
  void kick(std::string_view session_id) {
    if (instance().match == nullptr) return note(serai_status{SERAI_UNIMPLEMENTED}, "kick");
    note(instance().match->kick(call_handle(), to_abi(session_id)), "kick");
  }
  // Sets the text by which clients list and search matches; at most 2048 bytes.
  void set_label(std::string_view label) {
    if (instance().match == nullptr) return note(serai_status{SERAI_UNIMPLEMENTED}, "set_label");
    note(instance().match->set_label(call_handle(), to_abi(label)), "set_label");
  }

 private:
  // A null list stands for all players in the match.
  void push(std::int64_t op, const std::string& bytes, const serai_str* to, std::uint64_t count) {
    if (instance().match == nullptr) return note(serai_status{SERAI_UNIMPLEMENTED}, "broadcast");
    note(instance().match->broadcast(call_handle(), op, to_bytes(bytes), to, count), "broadcast");
  }
};

}  // namespace serai::inline face
