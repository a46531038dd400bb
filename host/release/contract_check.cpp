#include "release/contract_check.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <set>

namespace serai::release {
namespace {

namespace pb = google::protobuf;

// The name of a handler in "allow_breaking".
std::string address(const abi::HandlerContract& handler) {
  const std::string trigger(to_string(handler.trigger));
  switch (handler.trigger) {
    case abi::Trigger::rpc:
      return trigger + ":" + handler.name;
    case abi::Trigger::data:
      return trigger + ":" + handler.kind + "." + std::to_string(handler.op_code);
    case abi::Trigger::timer:
      return trigger + ":" + handler.kind + "." + handler.name;
    default:
      return trigger + ":" + handler.kind;
  }
}

class Comparison {
 public:
  Comparison(const ModuleFace& live, const ModuleFace& next) : live_(live), next_(next) {}

  std::vector<BreakingChange> run() {
    for (const abi::KindContract& kind : live_.contract.kinds) compare(kind);
    for (const abi::HandlerContract& handler : live_.contract.handlers) compare(handler);
    for (const abi::EventContract& event : live_.contract.events) compare(event);
    for (const abi::SettingContract& setting : live_.contract.settings) compare(setting);
    for (const abi::AccountContract& accounts : live_.contract.accounts) compare(accounts);
    return std::move(found_);
  }

 private:
  void found(std::string name, std::string what, bool allowable = true) {
    // A message that is both state and reply is compared twice, but reported once.
    for (const BreakingChange& earlier : found_) {
      if (earlier.name == name && earlier.what == what) return;
    }
    found_.push_back({std::move(name), std::move(what), allowable});
  }

  void compare(const abi::KindContract& live) {
    const std::string name = "kind:" + live.name;
    const abi::KindContract* next = next_.contract.find_kind(live.name);
    if (next == nullptr) return found(name, "the kind is gone, its entities would be orphans");
    if (next->state != live.state) {
      found(name + ".state",
            "the state is " + text(next->state) + " instead of " + text(live.state));
    }
    if (live.match != next->match) found(name + ".match", "it is a match in one version only");
    const std::uint32_t before = live.players_max == 0 ? UINT32_MAX : live.players_max;
    const std::uint32_t after = next->players_max == 0 ? UINT32_MAX : next->players_max;
    if (after < before) {
      found(name + ".players_max", "the limit is lower, and a live match may have more players");
    }
    // Turns, cooldowns and the clients' animations depend on the tick rate. When the kind did not
    // tick before, nothing depends on it.
    if (live.tick_hz != 0 && next->tick_hz != live.tick_hz) {
      found(name + ".tick_hz",
            "it ticks " + std::to_string(next->tick_hz) + " times a second instead of " +
                std::to_string(live.tick_hz));
    }
    if (!live.best_for(*next)) {
      found(name + ".schema",
            "the new version reads schemas " + std::to_string(next->reads_min) + " to " +
                std::to_string(next->reads_max) +
                ", the live one writes none of them: widen "
                "\"reads\" and upgrade the old state",
            false);
    }
    if (!next->best_for(live)) {
      found(name + ".rollback",
            "the new version cannot write a schema the live one reads (" +
                std::to_string(live.reads_min) + " to " + std::to_string(live.reads_max) +
                "): add it to \"writes\", or mark the release \"irreversible\": true",
            false);
    }
    if (next->state == live.state) message(live.state, Seen::module);
  }

  // Returns the handler of the next version with the same address. Several kinds may have an RPC of
  // the same name when only modules call it, so the handler of the same kind is preferred.
  const abi::HandlerContract* counterpart(const abi::HandlerContract& live) const {
    const std::string wanted = address(live);
    const abi::HandlerContract* elsewhere = nullptr;
    for (const abi::HandlerContract& next : next_.contract.handlers) {
      if (next.trigger != live.trigger || address(next) != wanted) continue;
      if (next.kind == live.kind) return &next;
      if (elsewhere == nullptr) elsewhere = &next;
    }
    return elsewhere;
  }

  void compare(const abi::HandlerContract& live) {
    const std::string name = address(live);
    const abi::HandlerContract* next = counterpart(live);
    if (next == nullptr) return found(name, "the handler is gone");
    if (live.client && !next->client) found(name + ".client", "clients may no longer call it");
    if (live.creates && !next->creates) {
      found(name + ".creates", "it no longer creates its entity");
    }
    if (live.kind != next->kind) found(name + ".kind", "it moved to another kind");
    // Only in a client's call does the request contain the key. Modules name the entity themselves.
    if (live.client && (live.key != next->key || live.key_field != next->key_field)) {
      found(name + ".key", "it finds its entity by another rule");
    }
    if (live.durable && !next->durable) found(name + ".durable", "it is no longer durable");
    if (live.idempotent && !next->idempotent) {
      found(name + ".idempotent", "retries are no longer safe");
    }
    same_message(name + ".request", live.request, next->request);
    same_message(name + ".reply", live.reply, next->reply);
  }

  void compare(const abi::EventContract& live) {
    const std::string name = "event:" + std::to_string(live.op_code);
    const abi::EventContract* next = next_.contract.find_event(live.op_code);
    if (next == nullptr) return found(name, "the event is gone");
    same_message(name + ".message", live.message, next->message);
  }

  void compare(const abi::SettingContract& live) {
    const std::string name = "config:" + live.key;
    const abi::SettingContract* next = next_.contract.find_setting(live.key);
    if (next == nullptr) return found(name, "the key is gone, so a value set there has no effect");
    if (next->type != live.type) found(name, "it is " + next->type + " instead of " + live.type);
  }

  void compare(const abi::AccountContract& live) {
    const std::string name = "accounts:" + live.prefix;
    const abi::AccountContract* next = next_.contract.find_accounts(live.prefix);
    if (next == nullptr) return found(name, "the prefix is gone, no handler could move the money");
    if (live.currency != next->currency) {
      found(name, "its money is " + next->currency + " instead of " + live.currency);
    }
    if (live.purse && !next->purse) {
      found(name, "players would not see their " + live.currency + " in their wallets");
    }
    if (live.below_zero && !next->below_zero) {
      found(name, "an account below zero could pay nothing until its balance is positive again");
    }
  }

  void same_message(const std::string& name, const std::string& live, const std::string& next) {
    if (live != next) {
      found(name, "it is " + text(next) + " instead of " + text(live));
    } else {
      message(live, Seen::players);
    }
  }

  static std::string text(const std::string& message) {
    return message.empty() ? "raw bytes" : message;
  }

  // The reader of a message. A field that is gone from a state does no harm to the module, because
  // Protobuf keeps it as an unknown field. Players and other modules need it.
  enum class Seen { module, players };

  // True when the name changed and the meaning did not: the new version lists the old name as
  // `reserved`. Never true for players, because their JSON still has the old name.
  template <class Next>
  static bool is_renamed(const Next& next, const std::string& old_name, Seen seen) {
    return seen == Seen::module && next.IsReservedName(old_name);
  }

  static std::string other_name(const std::string& old_name) {
    return ": JSON clients still use " + old_name +
           ", and stored values of it get the new name (if the meaning is the same: in a state, "
           "add reserved \"" +
           old_name + "\"; in a message of players, allow the change)";
  }

  void message(const std::string& name, Seen seen) {
    if (name.empty() || live_.descriptors == nullptr || next_.descriptors == nullptr) return;
    if (!seen_.emplace(name, seen).second) return;
    const pb::Descriptor* live = live_.descriptors->find(name);
    const pb::Descriptor* next = next_.descriptors->find(name);
    if (live == nullptr || next == nullptr) return;
    for (int i = 0; i < live->field_count(); ++i) compare(*live->field(i), *next, seen);
  }

  void compare(const pb::FieldDescriptor& live, const pb::Descriptor& message_next, Seen seen) {
    const std::string name = "field:" + live.full_name();
    const std::string number = std::to_string(live.number());
    const pb::FieldDescriptor* next = message_next.FindFieldByNumber(live.number());
    const pb::FieldDescriptor* moved = message_next.FindFieldByName(live.name());
    if (moved != nullptr && moved->number() != live.number()) {
      return found(name,
                   "its number was " + number + ", it is " + std::to_string(moved->number()) +
                       ": a value stored under " + number + " is read as " +
                       (next == nullptr ? "nothing" : next->name()));
    }
    if (next == nullptr) {
      if (seen == Seen::module) return;
      return found(name, "field " + number + " is gone");
    }
    if (next->name() != live.name() && !is_renamed(message_next, live.name(), seen)) {
      found(name, "field " + number + " is now called " + next->name() + other_name(live.name()));
    }
    if (next->type() != live.type() || next->is_repeated() != live.is_repeated()) {
      return found(name,
                   std::string("its type was ") + live.type_name() + ", it is " +
                       (next->is_repeated() ? "repeated " : "") + next->type_name());
    }
    if (live.message_type() != nullptr) return nested(name, live, *next, seen);
    if (live.enum_type() != nullptr) values(name, *live.enum_type(), *next->enum_type(), seen);
  }

  void nested(const std::string& name,
              const pb::FieldDescriptor& live,
              const pb::FieldDescriptor& next,
              Seen seen) {
    if (live.message_type()->full_name() != next.message_type()->full_name()) {
      return found(name,
                   "it holds " + next.message_type()->full_name() + " instead of " +
                       live.message_type()->full_name());
    }
    message(live.message_type()->full_name(), seen);
  }

  void values(const std::string& name,
              const pb::EnumDescriptor& live,
              const pb::EnumDescriptor& next,
              Seen seen) {
    for (int i = 0; i < live.value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *live.value(i);
      const pb::EnumValueDescriptor* same = next.FindValueByName(value.name());
      if (same != nullptr && same->number() == value.number()) continue;
      if (same != nullptr) {
        found(name, "its value " + value.name() + " has another number");
      } else if (next.FindValueByNumber(value.number()) == nullptr) {
        found(name, "its value " + value.name() + " is gone");
      } else if (!is_renamed(next, value.name(), seen)) {
        found(name,
              "its value " + value.name() + " is now called " +
                  next.FindValueByNumber(value.number())->name() + other_name(value.name()));
      }
    }
  }

  const ModuleFace& live_;
  const ModuleFace& next_;
  std::set<std::pair<std::string, Seen>> seen_;
  std::vector<BreakingChange> found_;
};

}  // namespace

std::vector<BreakingChange> breaking_changes(const ModuleFace& live, const ModuleFace& next) {
  return Comparison(live, next).run();
}

}  // namespace serai::release
