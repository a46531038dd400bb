// The host's headers come first, see host_headers.hpp.
// clang-format off
#include "test_host.hpp"
#include "serai/testing/world.hpp"
// clang-format on

#include <optional>

namespace serai::testing {
namespace {

// The id of a player or a socket. The same text always gives the same id.
std::string id_named(const std::string& text) { return Uuid::make_named(text).text(); }

Uuid id_of(const std::string& text) {
  if (text.empty()) return {};
  const auto id = Uuid::parse(text);
  if (!id) throw std::runtime_error("'" + text + "' is no UUID: take World::player()");
  return *id;
}

Presence presence_of(const Player& player) {
  return {id_of(player.id), id_of(player.session_id), player.username, 0};
}

MatchId match_of(std::string_view text) {
  auto match = MatchId::parse(text);
  if (!match) throw std::runtime_error("a match id is <key>.<kind>");
  return *std::move(match);
}

Outcome outcome_of(Error error) {
  return {static_cast<Status>(error.code), std::move(error.detail), {}};
}
Outcome outcome_of(Result<std::string> answer) {
  if (!answer) return outcome_of(std::move(answer).error());
  return {Status::ok, {}, *std::move(answer)};
}
Outcome outcome_of(const Result<>& done) { return done ? Outcome{} : outcome_of(done.error()); }

}  // namespace

struct World::Impl {
  explicit Impl(const WorldOptions& options) : host(options) {}

  // The form of an answer: text as clients get it, or the message for a test that parses it.
  enum class Form { text, message };

  // Sends a client's request, and stores the answer for take().
  Ticket send(const Player& caller, std::string_view name, std::string text, Form form);
  Outcome message_of(const std::string& rpc, Outcome answer) const;
  Ticket refuse(Outcome outcome);
  Outcome take(Ticket ticket);
  HostEntity& entity(std::string_view kind, std::string_view key);
  const TestHost::Serving& module(std::string_view name);
  void add(OpenedModule module);
  Outcome swap(OpenedModule module);
  OpenedModule open(const std::string& path) {
    return open_module(path, host.next_generation(), host.host_table());
  }
  OpenedModule open(const serai_module& entry, std::string_view contract) {
    return open_module(entry, contract, host.next_generation(), host.host_table());
  }

  std::map<std::uint64_t, std::optional<Outcome>> tickets;
  std::uint64_t sent = 0;
  std::uint64_t funded = 0;
  TestHost host;
};

Ticket World::Impl::send(const Player& caller, std::string_view name, std::string text, Form form) {
  RpcRequest request;
  request.id = name;
  request.payload = std::move(text);
  request.caller = {id_of(caller.id), caller.username, {}};  // an RPC over HTTP has no session
  const std::uint64_t number = ++sent;
  tickets[number];
  host.on_shard([this, number, form, request = std::move(request)]() mutable {
    const std::string rpc = request.id;
    host.runtime().rpc(std::move(request), [this, number, form, rpc](RpcAnswer answer) {
      Outcome outcome = outcome_of(std::move(answer.payload));
      if (form == Form::message) outcome = message_of(rpc, std::move(outcome));
      tickets[number] = std::move(outcome);
    });
  });
  return {number};
}

Outcome World::Impl::message_of(const std::string& rpc, Outcome answer) const {
  const abi::Generation* code = host.code_of_rpc(rpc);
  const abi::HandlerContract* handler =
      code == nullptr ? nullptr : code->contract.find_handler(rpc);
  if (!answer.ok() || handler == nullptr || handler->reply.empty()) return answer;
  return outcome_of(code->transcoder->to_wire(handler->reply, answer.bytes));
}

Ticket World::Impl::refuse(Outcome outcome) {
  tickets[++sent] = std::move(outcome);
  return {sent};
}

Outcome World::Impl::take(Ticket ticket) {
  const auto found = tickets.find(ticket.number);
  if (found == tickets.end()) throw std::runtime_error("this ticket has been taken");
  host.run_until([&found] { return found->second.has_value(); });
  Outcome outcome = *std::move(found->second);
  tickets.erase(found);
  return outcome;
}

HostEntity& World::Impl::entity(std::string_view kind, std::string_view key) {
  HostEntity* found = host.find_entity({std::string(kind), std::string(key)});
  if (found == nullptr) {
    throw std::runtime_error("no " + std::string(kind) + " " + std::string(key));
  }
  return *found;
}

const TestHost::Serving& World::Impl::module(std::string_view name) {
  host.run_due();
  const TestHost::Serving* found = host.find(name);
  if (found == nullptr) throw std::runtime_error("no module " + std::string(name));
  return *found;
}

void World::Impl::add(OpenedModule module) {
  const std::string& name = module.generation->contract.name;
  if (host.find(name) != nullptr) throw std::runtime_error(name + " is loaded: swap() it");
  if (const Result<> served = host.serve(std::move(module)); !served) {
    throw std::runtime_error(served.error().detail);
  }
}

Outcome World::Impl::swap(OpenedModule module) {
  const std::string& name = module.generation->contract.name;
  if (host.find(name) == nullptr) return {Status::not_found, "no module " + name, {}};
  const std::size_t lines = host.log().lines.size();
  Outcome outcome = outcome_of(host.serve(std::move(module)));
  if (outcome.ok()) return outcome;
  // The module has logged the reason why it could not write the state.
  const std::string reason = host.log().lines_since(lines);
  if (!reason.empty()) outcome.text += "; " + reason;
  return outcome;
}

World::World(const WorldOptions& options) : impl_(std::make_unique<Impl>(options)) {}
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

// ---- Modules ---------------------------------------------------------------------------------

void World::load(const std::string& path) { impl_->add(impl_->open(path)); }

void World::add(const serai_module& entry, std::string_view contract) {
  impl_->add(impl_->open(entry, contract));
}

Outcome World::swap(const std::string& path) { return impl_->swap(impl_->open(path)); }

Outcome World::swap(const serai_module& entry, std::string_view contract) {
  return impl_->swap(impl_->open(entry, contract));
}

std::string World::manifest(std::string_view module) const {
  return impl_->module(module).manifest;
}

Outcome World::self_test(std::string_view module) {
  return outcome_of(abi::ModuleStates(*impl_->module(module).code).self_test());
}

// ---- Calls -----------------------------------------------------------------------------------

Player World::player(std::string_view name) const {
  return {id_named("user " + std::string(name)),
          std::string(name),
          id_named("session " + std::string(name))};
}

Ticket World::begin(const Player& caller,
                    std::string_view name,
                    const google::protobuf::MessageLite& request) {
  const abi::Generation* code = impl_->host.code_of_rpc(name);
  const abi::HandlerContract* handler =
      code == nullptr ? nullptr : code->contract.find_handler(name);
  std::string text = serialize(request);
  if (handler != nullptr && !handler->request.empty()) {
    auto json = code->transcoder->to_json(handler->request, text);
    if (!json) return impl_->refuse(outcome_of(json.error()));
    text = *std::move(json);
  }
  return impl_->send(caller, name, std::move(text), Impl::Form::message);
}

Outcome World::rpc(const Player& caller,
                   std::string_view name,
                   const google::protobuf::MessageLite& request) {
  return impl_->take(begin(caller, name, request));
}

Outcome World::rpc_text(const Player& caller, std::string_view name, std::string_view text) {
  return impl_->take(impl_->send(caller, name, std::string(text), Impl::Form::text));
}

Outcome World::call(const Target& target, const google::protobuf::MessageLite& request) {
  const std::uint64_t number = ++impl_->sent;
  impl_->tickets[number];
  runtime::Input input;
  input.payload = serialize(request);
  input.reply = [impl = impl_.get(), number](HostOutcome outcome) {
    impl->tickets[number] = outcome.ok()
                                ? Outcome{Status::ok, {}, std::move(outcome.payload)}
                                : outcome_of(Error{outcome.code, std::move(outcome.payload)});
  };
  impl_->host.on_shard([&]() mutable {
    runtime::ShardParts& parts = impl_->host.parts();
    const auto route = parts.services.directory->handler(target.kind, target.handler);
    if (!route) {
      input.answer(HostOutcome::refused(
          Errc::not_found, "no module has the handler " + std::string(target.handler)));
      return;
    }
    input.handler = route->name;
    if (target.kind.empty()) {
      parts.runner.run_stateless(*route, std::move(input));
    } else {
      parts.mailboxes.deliver({std::string(target.kind), std::string(target.key)},
                              std::move(input));
    }
  });
  return impl_->take({number});
}

bool World::done(Ticket ticket) const {
  const auto found = impl_->tickets.find(ticket.number);
  return found == impl_->tickets.end() || found->second.has_value();
}

Outcome World::take(Ticket ticket) { return impl_->take(ticket); }

// ---- Matches ---------------------------------------------------------------------------------

Outcome World::join(const Player& player,
                    std::string_view match_id,
                    const std::map<std::string, std::string>& metadata) {
  TestHost& host = impl_->host;
  std::optional<Result<MatchJoined>> joined;
  MatchJoinRequest request{match_of(match_id), presence_of(player), metadata, {}};
  host.on_shard([&] {
    host.runtime().match_join(std::move(request), [&joined](Result<MatchJoined> answer) {
      joined.emplace(std::move(answer));
    });
  });
  host.run_until([&joined] { return joined.has_value(); });
  return *joined ? Outcome{} : outcome_of(joined->error());
}

void World::leave(const Player& player, std::string_view match_id) {
  TestHost& host = impl_->host;
  host.on_shard([&] {
    host.runtime().match_leave(
        match_of(match_id), id_of(player.session_id), [](const Result<>&) {});
  });
}

Outcome World::data(const Player& player,
                    std::string_view match_id,
                    std::int64_t op,
                    const google::protobuf::MessageLite& body) {
  TestHost& host = impl_->host;
  const MatchId match = match_of(match_id);
  const Presence sender = presence_of(player);
  if (!host.streams().contains(match.stream(), sender.session_id)) {
    return {Status::permission_denied, "not in this match", {}};  // the host drops such data
  }
  host.streams().refused.erase(sender.session_id);
  host.on_shard([&] { host.runtime().match_data({match, sender, op, serialize(body), {}}); });
  const EntityId id{match.kind, match.key};
  host.run_until([&] { return host.is_at_rest(id); });
  const auto refused = host.streams().refused.find(sender.session_id);
  return refused == host.streams().refused.end() ? Outcome{} : outcome_of(refused->second);
}

std::vector<Player> World::members(std::string_view match_id) const {
  std::vector<Player> players;
  for (const Presence& member : impl_->host.streams().members(match_of(match_id).stream())) {
    players.push_back({member.user_id.text(), member.username, member.session_id.text()});
  }
  return players;
}

std::string World::label(std::string_view match_id) const {
  const MatchId match = match_of(match_id);
  return impl_->entity(match.kind, match.key).host.label;
}

// ---- Time and money --------------------------------------------------------------------------

std::int64_t World::now_ms() const { return impl_->host.now_ms(); }

void World::advance(std::chrono::milliseconds duration) { impl_->host.advance(duration.count()); }

void World::fund(std::string_view account, std::int64_t amount) {
  // Higher than the number of any handler's run.
  constexpr std::uint64_t kOwnRuns = std::uint64_t{1} << 63;
  TestHost& host = impl_->host;
  const std::uint64_t number = ++impl_->funded;
  LedgerTransfer transfer{"world:fund:" + std::to_string(number),
                          "fund",
                          {{"world", -amount, true}, {std::string(account), amount}}};
  UnitId unit = 0;
  const Result<> reserved =
      host.ask_store<serai::Unit>([&](Store& store, Executor& where, auto answer) {
        unit = store.next_unit();
        host.ledger().reserve(
            unit, kOwnRuns + number, std::move(transfer), where, std::move(answer));
      });
  if (!reserved) throw std::runtime_error(reserved.error().detail);
  host.store().confirm(unit, kOwnRuns + number);
  host.store().finish(unit);
  host.run_due();
}

std::int64_t World::balance(std::string_view account) const {
  const auto amount =
      impl_->host.ask_store<std::int64_t>([&](Store& store, Executor& where, auto answer) {
        store.balance(std::string(account), where, std::move(answer));
      });
  if (!amount) throw std::runtime_error(amount.error().detail);
  return *amount;
}

std::map<std::string, std::int64_t> World::balances() const {
  std::map<std::string, std::int64_t> all;
  for (const std::string& account : impl_->host.ledger().names()) all[account] = balance(account);
  return all;
}

// ---- States and output -----------------------------------------------------------------------

bool World::exists(std::string_view kind, std::string_view key) const {
  return impl_->host.find_entity({std::string(kind), std::string(key)}) != nullptr;
}

std::vector<std::string> World::keys(std::string_view kind) const {
  return impl_->host.keys_of(std::string(kind));
}

std::string World::state_bytes(std::string_view kind, std::string_view key) const {
  const HostEntity& entity = impl_->entity(kind, key);
  const auto bytes =
      impl_->host.parts().states.export_state(entity, entity.kind().schema, SERAI_FOR_SWAP);
  if (!bytes) throw std::runtime_error(bytes.error().detail);
  return *bytes;
}

std::string World::state_json(std::string_view kind, std::string_view key) const {
  const abi::Generation* code = impl_->host.code_of_kind(kind);
  const HostEntity& entity = impl_->entity(kind, key);
  return outcome_of(code->transcoder->to_json(entity.kind().state, state_bytes(kind, key))).bytes;
}

Outcome World::open(std::string_view kind, std::string_view key) {
  impl_->host.run_due();
  const runtime::KindRoute* route = impl_->host.parts().services.directory->kind(kind);
  if (route == nullptr) throw std::runtime_error("no module owns the kind " + std::string(kind));
  const abi::ModuleStates states(route->generation->generation());
  const std::uint32_t schema = route->generation->kind(route->kind_index).schema;
  Result<std::string> first = std::string();
  impl_->host.on_shard([&] {  // entities are created on the shard
    const auto made = states.create(route->kind_index, key);
    if (!made) {
      first = made.error();
      return;
    }
    first = states.write(route->kind_index, *made, schema, SERAI_FOR_SWAP);
    states.destroy(route->kind_index, *made);
  });
  return first ? restore(kind, key, schema, *first) : outcome_of(first.error());
}

Outcome World::restore(std::string_view kind,
                       std::string_view key,
                       std::uint32_t schema,
                       std::string_view bytes) {
  return outcome_of(impl_->host.put_state({std::string(kind), std::string(key)}, schema, bytes));
}

const std::vector<Push>& World::pushes() const { return impl_->host.streams().pushes; }
const std::vector<Notice>& World::notices() const { return impl_->host.streams().notices; }
const std::vector<LogLine>& World::logs() const { return impl_->host.log().lines; }

std::size_t World::count(std::string_view event) const {
  std::size_t found = 0;
  for (const Push& push : pushes()) found += push.event == event ? 1U : 0U;
  return found;
}

const Push& World::last_push(std::string_view event) const {
  const auto& all = pushes();
  for (auto push = all.rbegin(); push != all.rend(); ++push) {
    if (push->event == event) return *push;
  }
  throw std::runtime_error("nothing was pushed as " + std::string(event));
}

void World::forget() {
  impl_->host.streams().pushes.clear();
  impl_->host.streams().notices.clear();
  impl_->host.log().lines.clear();
}

}  // namespace serai::testing
