#include "abi/contract.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace serai::abi {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kPlayerAccounts = "player:";

Error bad_manifest(const std::string& where, const std::string& what) {
  return {Errc::invalid_argument, "manifest: " + where + ": " + what};
}

// Reads members of one JSON object and remembers the first thing that is wrong.
class Reader {
 public:
  Reader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object_.is_object()) fail("is not an object");
  }

  std::string text(const char* name, bool required = false) {
    const Json* member = find(name, required);
    if (member == nullptr) return {};
    if (member->is_string()) return member->get<std::string>();
    fail(std::string(name) + " is not a text");
    return {};
  }

  bool flag(const char* name) {
    const Json* member = find(name, false);
    if (member == nullptr) return false;
    if (member->is_boolean()) return member->get<bool>();
    fail(std::string(name) + " is not true or false");
    return false;
  }

  std::int64_t number(const char* name,
                      std::int64_t fallback,
                      std::int64_t low,
                      std::int64_t high) {
    const Json* member = find(name, false);
    if (member == nullptr) return fallback;
    if (!member->is_number_integer()) {
      fail(std::string(name) + " is not a whole number");
      return fallback;
    }
    const auto value = member->get<std::int64_t>();
    const bool fits = value >= 0 || !member->is_number_unsigned();  // above INT64_MAX: it wraps
    if (!fits || value < low || value > high) {
      fail(std::string(name) + " is not within " + std::to_string(low) + " to " +
           std::to_string(high));
    }
    return value;
  }

  std::uint32_t natural(const char* name, std::uint32_t fallback, std::int64_t high = 1'000'000) {
    return static_cast<std::uint32_t>(number(name, fallback, 0, high));
  }

  std::vector<std::uint32_t> schemas(const char* name) {
    std::vector<std::uint32_t> out;
    const Json* member = find(name, false);
    if (member == nullptr) return out;
    if (!member->is_array()) fail(std::string(name) + " is not a list");
    for (const Json& item : *member) {
      if (!item.is_number_unsigned() || item.get<std::uint64_t>() > 1'000'000) {
        fail(std::string(name) + " holds something other than a schema number");
        return {};
      }
      out.push_back(item.get<std::uint32_t>());
    }
    return out;
  }

  const Json* find(const char* name, bool required) {
    const auto found = object_.is_object() ? object_.find(name) : object_.end();
    if (!object_.is_object() || found == object_.end()) {
      if (required) fail(std::string(name) + " is missing");
      return nullptr;
    }
    return &*found;
  }

  void fail(const std::string& what) {
    if (!error_) error_ = bad_manifest(where_, what);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const Json& object_;
  std::string where_;
  std::optional<Error> error_;
};

Result<KindContract> parse_kind(const Json& json, const std::string& where) {
  Reader in(json, where);
  KindContract kind;
  kind.name = in.text("name", true);
  kind.state = in.text("state");
  kind.schema = in.natural("schema", 1);
  kind.match = in.flag("match");
  kind.players_max = in.natural("players_max", 0);
  kind.tick_hz = in.natural("tick_hz", 0, 60);
  kind.idle_s = in.natural("idle_s", 60);
  const auto reads = in.schemas("reads");
  if (!reads.empty() && reads.size() != 2) in.fail("reads is not [lowest, highest]");
  kind.reads_min = reads.size() == 2 ? reads[0] : kind.schema;
  kind.reads_max = reads.size() == 2 ? reads[1] : kind.schema;
  kind.writes = in.schemas("writes");
  if (kind.writes.empty()) kind.writes = {kind.schema};
  if (!kind.can_write(kind.schema)) in.fail("writes does not hold the schema itself");
  if (!kind.reads(kind.schema)) in.fail("reads does not hold the schema itself");
  if (in.error()) return *in.error();
  return kind;
}

std::optional<Trigger> parse_trigger(std::string_view text) {
  static constexpr std::pair<std::string_view, Trigger> kTriggers[] = {{"rpc", Trigger::rpc},
                                                                       {"data", Trigger::data},
                                                                       {"join", Trigger::join},
                                                                       {"leave", Trigger::leave},
                                                                       {"tick", Trigger::tick},
                                                                       {"timer", Trigger::timer}};
  for (const auto& [name, trigger] : kTriggers) {
    if (name == text) return trigger;
  }
  return std::nullopt;
}

void parse_key(Reader& in, HandlerContract& handler) {
  constexpr std::string_view kField = "field:";
  const std::string text = in.text("key");
  if (text.empty()) return;
  if (text == "caller") {
    handler.key = KeyRule::caller;
  } else if (text == "fresh") {
    handler.key = KeyRule::fresh;
  } else if (text == "singleton") {
    handler.key = KeyRule::singleton;
  } else if (text.starts_with(kField) && text.size() > kField.size()) {
    handler.key = KeyRule::field;
    handler.key_field = text.substr(kField.size());
  } else {
    in.fail("key is not caller, fresh, singleton or field:<name>");
  }
}

// Clients' ids are compared in lower case, so names have no other.
bool is_rpc_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

void check_handler(Reader& in, const HandlerContract& handler) {
  if (handler.trigger == Trigger::rpc && !is_rpc_name(handler.name)) {
    in.fail("rpc name '" + handler.name + "' has characters other than a-z 0-9 _ - .");
  }
  if (handler.idempotent && !handler.durable) in.fail("idempotent needs durable");
  if (handler.client && handler.trigger != Trigger::rpc) in.fail("client is for rpc handlers only");
  if (handler.client && !handler.kind.empty() && handler.key == KeyRule::none) {
    in.fail("a client rpc of a kind needs a key");
  }
  if (handler.retries && handler.trigger != Trigger::timer) {
    in.fail("retries is for timer handlers only");
  }
  if (handler.kind.empty() && handler.trigger != Trigger::rpc) in.fail("needs a kind");
  if (handler.kind.empty() && handler.durable) in.fail("a stateless handler cannot be durable");
  if (handler.key == KeyRule::field && handler.request.empty()) {
    in.fail("key field:<name> needs a request message");
  }
}

Result<HandlerContract> parse_handler(const Json& json,
                                      const std::string& where,
                                      const std::vector<KindContract>& kinds) {
  Reader in(json, where);
  HandlerContract handler;
  handler.name = in.text("name", true);
  const auto trigger = parse_trigger(in.text("on", true));
  if (!trigger) in.fail("on is not rpc, data, join, leave, tick or timer");
  handler.trigger = trigger.value_or(Trigger::rpc);
  handler.kind = in.text("kind");
  parse_key(in, handler);
  handler.op_code = in.number("op", 0, INT64_MIN, INT64_MAX);
  handler.request = in.text("request");
  handler.reply = in.text("reply");
  handler.client = in.flag("client");
  handler.creates = in.flag("creates");
  handler.durable = in.flag("durable");
  handler.idempotent = in.flag("idempotent");
  handler.budget_ms = in.natural("budget_ms", 0);
  if (in.find("retries", false) != nullptr) handler.retries = in.natural("retries", 0);
  if (!handler.kind.empty()) {
    const auto kind = std::ranges::find(kinds, handler.kind, &KindContract::name);
    if (kind == kinds.end()) in.fail("kind '" + handler.kind + "' is not declared");
    handler.kind_index = static_cast<int>(kind - kinds.begin());
  }
  check_handler(in, handler);
  if (in.error()) return *in.error();
  return handler;
}

Result<EventContract> parse_event(const Json& json, const std::string& where) {
  Reader in(json, where);
  EventContract event;
  event.op_code = in.number("op", 0, INT64_MIN, INT64_MAX);
  event.name = in.text("name", true);
  event.message = in.text("message");
  if (in.error()) return *in.error();
  return event;
}

Result<SettingContract> parse_setting(const Json& json, const std::string& where) {
  Reader in(json, where);
  SettingContract setting;
  setting.key = in.text("key", true);
  setting.type = in.text("type", true);
  if (setting.type != "boolean" && setting.type != "integer" && setting.type != "json") {
    in.fail("type is not boolean, integer or json");
  }
  if (in.error()) return *in.error();
  return setting;
}

// "town:": a name, and what ends it. So no prefix begins with another.
bool is_account_prefix(std::string_view prefix) {
  return prefix.size() > 1 && prefix.back() == ':' &&
         std::ranges::all_of(prefix.substr(0, prefix.size() - 1), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

Result<AccountContract> parse_accounts(const Json& json, const std::string& where) {
  Reader in(json, where);
  AccountContract accounts;
  accounts.prefix = in.text("prefix", true);
  accounts.below_zero = in.flag("below_zero");
  if (!in.error() && !is_account_prefix(accounts.prefix)) {
    in.fail("prefix is not a name of a-z 0-9 _ - and a colon, as in \"town:\"");
  }
  if (accounts.prefix == kPlayerAccounts) in.fail("prefix player: is the host's own");
  if (in.error()) return *in.error();
  return accounts;
}

template <class T, class Parse>
std::optional<Error> parse_list(const Json& root,
                                const char* name,
                                std::vector<T>& out,
                                Parse parse) {
  const auto list = root.find(name);
  if (list == root.end()) return std::nullopt;
  if (!list->is_array()) return bad_manifest(name, "is not a list");
  for (const Json& item : *list) {
    const std::string where = std::string(name) + "[" + std::to_string(out.size()) + "]";
    Result<T> parsed = parse(item, where);
    if (!parsed) return parsed.error();
    out.push_back(*std::move(parsed));
  }
  return std::nullopt;
}

// An op code says which handler takes a player's data, and which message a push to players is.
std::optional<Error> find_shared_op_codes(const ModuleContract& contract) {
  std::map<std::pair<std::string, std::int64_t>, std::string> taken;
  for (const HandlerContract& handler : contract.handlers) {
    if (handler.trigger != Trigger::data) continue;
    const auto [at, fresh] = taken.try_emplace({handler.kind, handler.op_code}, handler.name);
    if (!fresh) {
      return bad_manifest(
          "handler " + handler.kind + "." + handler.name,
          "has the op code of " + at->second + ", " + std::to_string(handler.op_code));
    }
  }
  for (const EventContract& event : contract.events) {
    // Two kinds of a module may push the same event: then it is listed twice.
    const EventContract& first = *contract.find_event(event.op_code);
    if (first.name == event.name && first.message == event.message) continue;
    return bad_manifest("event " + event.name,
                        "has the op code of " + first.name + ", " + std::to_string(event.op_code));
  }
  return std::nullopt;
}

std::optional<Error> find_duplicates(const ModuleContract& contract) {
  std::set<std::string> names;
  for (const KindContract& kind : contract.kinds) {
    if (!names.insert("kind " + kind.name).second)
      return bad_manifest("kind " + kind.name, "is there twice");
    if (kind.name.find('.') != std::string::npos) {
      return bad_manifest("kind " + kind.name, "has a dot, which ends the key in a match id");
    }
  }
  for (const HandlerContract& handler : contract.handlers) {
    // Triggers without a name of their own (tick, join …) occur once per kind, RPC names once per
    // module.
    const std::string scope = handler.trigger == Trigger::rpc ? "" : handler.kind + ".";
    if (!names.insert("handler " + scope + handler.name).second) {
      return bad_manifest("handler " + scope + handler.name, "is there twice");
    }
  }
  for (const SettingContract& setting : contract.settings) {
    if (!names.insert("setting " + setting.key).second) {
      return bad_manifest("config " + setting.key, "is there twice");
    }
  }
  for (const AccountContract& accounts : contract.accounts) {
    if (!names.insert("accounts " + accounts.prefix).second) {
      return bad_manifest("accounts " + accounts.prefix, "is there twice");
    }
  }
  return std::nullopt;
}

}  // namespace

bool KindContract::can_write(std::uint32_t number) const {
  return std::ranges::find(writes, number) != writes.end();
}

std::optional<std::uint32_t> KindContract::best_for(const KindContract& reader) const {
  if (reader.reads(schema)) return schema;
  std::optional<std::uint32_t> best;
  for (const std::uint32_t number : writes) {
    if (reader.reads(number) && number > best.value_or(0)) best = number;
  }
  return best;
}

const HandlerContract* ModuleContract::find_handler(std::string_view handler_name) const {
  const auto found = std::ranges::find(handlers, handler_name, &HandlerContract::name);
  return found == handlers.end() ? nullptr : &*found;
}

const EventContract* ModuleContract::find_event(std::int64_t op_code) const {
  const auto found = std::ranges::find(events, op_code, &EventContract::op_code);
  return found == events.end() ? nullptr : &*found;
}

const SettingContract* ModuleContract::find_setting(std::string_view key) const {
  const auto found = std::ranges::find(settings, key, &SettingContract::key);
  return found == settings.end() ? nullptr : &*found;
}

const AccountContract* ModuleContract::find_accounts(std::string_view prefix) const {
  const auto found = std::ranges::find(accounts, prefix, &AccountContract::prefix);
  return found == accounts.end() ? nullptr : &*found;
}

std::optional<bool> ModuleContract::may_fall_below_zero(std::string_view account) const {
  if (account == "mint" || account == "sink") return true;
  const std::size_t prefix_end = account.find(':') + 1;
  if (prefix_end == 0 || prefix_end == account.size()) return std::nullopt;
  const std::string_view prefix = account.substr(0, prefix_end);
  if (prefix == kPlayerAccounts) return false;
  const AccountContract* declared = find_accounts(prefix);
  return declared == nullptr ? std::nullopt : std::optional(declared->below_zero);
}

Result<ModuleContract> parse_contract(std::string_view manifest_json) {
  const Json root = Json::parse(manifest_json, nullptr, false);
  if (root.is_discarded()) return bad_manifest("text", "is not JSON");
  Reader in(root, "top level");
  ModuleContract contract;
  if (in.number("serai", 0, 0, 1'000'000) != 1)
    in.fail("serai is not 1, the manifest format this host reads");
  contract.name = in.text("name", true);
  contract.version = in.text("version", true);
  contract.stays_mapped = in.flag("stays_mapped");
  if (in.error()) return *in.error();
  if (auto error = parse_list(root, "kinds", contract.kinds, parse_kind)) return *error;
  const auto handler = [&contract](const Json& json, const std::string& where) {
    return parse_handler(json, where, contract.kinds);
  };
  if (auto error = parse_list(root, "handlers", contract.handlers, handler)) return *error;
  if (auto error = parse_list(root, "events", contract.events, parse_event)) return *error;
  if (auto error = parse_list(root, "config", contract.settings, parse_setting)) return *error;
  if (auto error = parse_list(root, "accounts", contract.accounts, parse_accounts)) return *error;
  if (auto error = find_duplicates(contract)) return *error;
  if (auto error = find_shared_op_codes(contract)) return *error;
  return contract;
}

}  // namespace serai::abi
