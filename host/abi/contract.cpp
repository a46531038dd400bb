#include "abi/contract.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace serai::abi {
namespace {

using Json = nlohmann::json;

Error bad_manifest(const std::string& where, const std::string& problem) {
  return {Errc::invalid_argument, "manifest: " + where + ": " + problem};
}

// Reads the members of one JSON object, and keeps the first error.
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
    // An unsigned number above INT64_MAX has wrapped to a negative one.
    const bool fits = value >= 0 || !member->is_number_unsigned();
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

  void fail(const std::string& problem) {
    if (!error_) error_ = bad_manifest(where_, problem);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const Json& object_;
  std::string where_;
  std::optional<Error> error_;
};

// The first entry whose member has this value; null: none.
template <class Entry, class Member, class Value>
const Entry* find_by(const std::vector<Entry>& list, Member member, const Value& value) {
  const auto found = std::ranges::find(list, value, member);
  return found == list.end() ? nullptr : &*found;
}

Result<KindContract> parse_kind(const Json& json, const std::string& where) {
  Reader in(json, where);
  KindContract kind;
  kind.name = in.text("name", true);
  if (kind.name.find('.') != std::string::npos) {
    in.fail("name has a dot, which ends the key in a match id");
  }
  kind.state = in.text("state");
  kind.schema = in.natural("schema", 1);
  kind.match = in.flag("match");
  kind.players_max = in.natural("players_max", 0);
  kind.tick_hz = in.natural("tick_hz", 0, 60);
  kind.idle_s = in.natural("idle_s", 60);
  kind.journal = in.flag("journal");
  kind.owner = in.text("owner");
  if (!kind.owner.empty() && kind.state.empty()) in.fail("owner needs a state message");
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
  for (const Trigger trigger : {Trigger::rpc,
                                Trigger::data,
                                Trigger::join,
                                Trigger::leave,
                                Trigger::tick,
                                Trigger::timer}) {
    if (text == to_string(trigger)) return trigger;
  }
  return std::nullopt;
}

void parse_key(Reader& in, HandlerContract& handler) {
  static constexpr std::string_view kField = "field:";
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

// The host compares the RPC ids of clients in lower case, so a name has no upper-case letters.
bool is_rpc_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

void check_client(Reader& in, const HandlerContract& handler) {
  if (!handler.client) return;
  if (handler.trigger != Trigger::rpc) in.fail("client is for rpc handlers only");
  if (!handler.kind.empty() && handler.key == KeyRule::none) {
    in.fail("a client rpc of a kind needs a key");
  }
}

void check_stateless(Reader& in, const HandlerContract& handler) {
  if (!handler.kind.empty()) return;
  if (handler.trigger != Trigger::rpc) in.fail("needs a kind");
  if (handler.durable) in.fail("a stateless handler cannot be durable");
}

void check_handler(Reader& in, const HandlerContract& handler) {
  if (handler.trigger == Trigger::rpc && !is_rpc_name(handler.name)) {
    in.fail("rpc name '" + handler.name + "' has characters other than a-z 0-9 _ - .");
  }
  if (handler.idempotent && !handler.durable) in.fail("idempotent needs durable");
  check_client(in, handler);
  if (handler.retries && handler.trigger != Trigger::timer) {
    in.fail("retries is for timer handlers only");
  }
  check_stateless(in, handler);
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

// True for a name and a colon, such as "town:". The colon ends the name, so that no prefix begins
// with another one.
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
  if (accounts.prefix == kGoldPurse) in.fail("prefix player: is the host's own");
  accounts.currency = in.text("currency");
  if (accounts.currency.empty()) accounts.currency = kGold;
  if (!is_account_prefix(accounts.currency + ":")) {
    in.fail("currency is not a name of a-z 0-9 _ -, as in \"gems\"");
  }
  accounts.purse = in.flag("purse");
  if (accounts.purse && accounts.currency == kGold) in.fail("purse: that of gold is player:");
  if (accounts.purse && accounts.below_zero) in.fail("a purse may not be below zero");
  if (in.error()) return *in.error();
  return accounts;
}

// True for the accounts from which new money of all currencies comes, and to which it goes.
bool is_shared(std::string_view account) { return account == "mint" || account == "sink"; }

// "town:" of "town:harbor"; empty: the account has no prefix, or no name behind it.
std::string_view prefix_of(std::string_view account) {
  const std::size_t end = account.find(':') + 1;
  return end == account.size() ? std::string_view() : account.substr(0, end);
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

// Finds two uses of one op code. It selects the handler for a player's data, and it identifies the
// message of a push to players, so both must be unique.
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
    // Two kinds of a module may push the same event. Then the list has two equal entries.
    const EventContract& first = *contract.find_event(event.op_code);
    if (first.name == event.name && first.message == event.message) continue;
    return bad_manifest("event " + event.name,
                        "has the op code of " + first.name + ", " + std::to_string(event.op_code));
  }
  return std::nullopt;
}

std::optional<Error> find_duplicates(const ModuleContract& contract) {
  std::set<std::string> names;
  std::optional<Error> twice;  // the first duplicate
  const auto add = [&names, &twice](const std::string& name) {
    if (!names.insert(name).second && !twice) twice = bad_manifest(name, "is declared twice");
  };
  for (const KindContract& kind : contract.kinds) add("kind " + kind.name);
  for (const HandlerContract& handler : contract.handlers) {
    // The name of an RPC is unique in the module; clients call it without a kind. Any other name
    // (tick, join …) is unique in its kind.
    const std::string scope = handler.trigger == Trigger::rpc ? "" : handler.kind + ".";
    add("handler " + scope + handler.name);
  }
  for (const SettingContract& setting : contract.settings) add("config " + setting.key);
  for (const AccountContract& accounts : contract.accounts) {
    add("accounts " + accounts.prefix);
    if (accounts.purse) add("purse of " + accounts.currency);
  }
  return twice;
}

}  // namespace

std::string_view to_string(Trigger trigger) {
  switch (trigger) {
    case Trigger::rpc:
      return "rpc";
    case Trigger::data:
      return "data";
    case Trigger::join:
      return "join";
    case Trigger::leave:
      return "leave";
    case Trigger::tick:
      return "tick";
    case Trigger::timer:
      return "timer";
  }
  return "unknown";
}

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

const KindContract* ModuleContract::find_kind(std::string_view kind_name) const {
  return find_by(kinds, &KindContract::name, kind_name);
}

int ModuleContract::kind_index(std::string_view kind_name) const {
  const KindContract* kind = find_kind(kind_name);
  return kind == nullptr ? -1 : static_cast<int>(kind - kinds.data());
}

const HandlerContract* ModuleContract::find_handler(std::string_view handler_name) const {
  return find_by(handlers, &HandlerContract::name, handler_name);
}

const EventContract* ModuleContract::find_event(std::int64_t op_code) const {
  return find_by(events, &EventContract::op_code, op_code);
}

const SettingContract* ModuleContract::find_setting(std::string_view key) const {
  return find_by(settings, &SettingContract::key, key);
}

const AccountContract* ModuleContract::find_accounts(std::string_view prefix) const {
  return find_by(accounts, &AccountContract::prefix, prefix);
}

std::optional<bool> ModuleContract::may_fall_below_zero(std::string_view account) const {
  if (is_shared(account)) return true;
  const std::string_view prefix = prefix_of(account);
  if (prefix.empty()) return std::nullopt;
  if (prefix == kGoldPurse) return false;
  const AccountContract* declared = find_accounts(prefix);
  return declared == nullptr ? std::nullopt : std::optional(declared->below_zero);
}

std::string_view ModuleContract::currency_of(std::string_view account) const {
  if (is_shared(account)) return {};
  const AccountContract* declared = find_accounts(prefix_of(account));
  return declared == nullptr ? kGold : std::string_view(declared->currency);
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
