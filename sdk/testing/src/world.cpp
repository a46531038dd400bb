#include "serai/testing/world.hpp"

#include <optional>

#include "engine.hpp"

namespace serai::testing {
namespace {

constexpr std::int64_t kPatienceMs = 120'000;

// A UUID made from a text, the same every time.
std::string named_uuid(std::string_view name) {
  Random random;
  for (const char c : name)
    random.state = (random.state + static_cast<unsigned char>(c)) * 1099511628211U;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  for (char& c : text) {
    if (c == 'x') c = digits[random.next() >> 60];
  }
  return text;
}

Address address_of(std::string_view match_id) {
  const auto dot = match_id.rfind('.');
  if (dot == std::string_view::npos) throw std::runtime_error("a match id is <key>.<kind>");
  return {std::string(match_id.substr(dot + 1)), std::string(match_id.substr(0, dot))};
}

std::string metadata_bytes(const std::map<std::string, std::string>& metadata) {
  std::string out;
  google::protobuf::io::StringOutputStream stream(&out);
  google::protobuf::io::CodedOutputStream coded(&stream);
  const auto text =
      [](google::protobuf::io::CodedOutputStream& to, int field, const std::string& value) {
        to.WriteTag(static_cast<std::uint32_t>(field << 3 | 2));
        to.WriteVarint32(static_cast<std::uint32_t>(value.size()));
        to.WriteString(value);
      };
  for (const auto& [key, value] : metadata) {
    std::string entry;
    {
      google::protobuf::io::StringOutputStream inner_stream(&entry);
      google::protobuf::io::CodedOutputStream inner(&inner_stream);
      text(inner, 1, key);
      text(inner, 2, value);
    }
    text(coded, 1, entry);
  }
  coded.Trim();
  return out;
}

}  // namespace

struct World::Impl {
  explicit Impl(WorldOptions options) : engine(std::move(options)) {}

  // Begins a client's RPC; refused at once, or delivered.
  Ticket begin(const Player& caller, std::string_view name, std::string payload, bool json);
  Outcome route(const Player& caller,
                const Loaded& module,
                const DeclaredHandler& handler,
                Input& input);
  Outcome take(Ticket ticket);
  Ticket submit(Input input);
  Live& live(std::string_view kind, std::string_view key) const;

  Engine engine;
  std::map<std::uint64_t, std::optional<Outcome>> tickets;
  std::map<std::uint64_t, std::uint64_t> runs;  // tickets to the messages they became
  std::uint64_t submitted = 0;
};

Ticket World::Impl::submit(Input input) {
  const std::uint64_t ticket = ++submitted;
  tickets[ticket];
  input.done = [this, ticket](Outcome outcome) { tickets[ticket] = std::move(outcome); };
  runs[ticket] = engine.deliver(std::move(input));
  engine.settle();
  return {ticket};
}

Outcome World::Impl::route(const Player& caller,
                           const Loaded& module,
                           const DeclaredHandler& handler,
                           Input& input) {
  input.handler = handler.name;
  input.from = caller;
  input.from.session_id.clear();  // as over HTTP; by socket there would be one
  if (handler.kind.empty()) return {};
  input.to.first = handler.kind;
  if (handler.key == "caller") {
    input.to.second = caller.id;
  } else if (handler.key == "fresh") {
    input.to.second = named_uuid("fresh " + std::to_string(engine.random.next()));
  } else if (handler.key.starts_with("field:")) {
    if (!module.messages.known())
      throw std::runtime_error("key::field needs the module's contract");
    input.to.second = module.messages.field(handler.request, handler.key.substr(6), input.payload);
    if (input.to.second.empty()) {
      return {Status::invalid_argument, handler.key.substr(6) + " is missing", {}};
    }
  }
  return {};
}

Ticket World::Impl::begin(const Player& caller,
                          std::string_view name,
                          std::string payload,
                          bool json) {
  int index = -1;
  Loaded* module = engine.module_of_rpc(name, index);
  const DeclaredHandler* handler =
      module == nullptr ? nullptr : &module->declared.handlers[static_cast<std::size_t>(index)];
  Outcome outcome;
  Input input;
  if (handler == nullptr || !handler->client) {
    outcome = {Status::not_found, "no such RPC: " + std::string(name), {}};
  } else {
    if (json && !handler->request.empty()) {
      outcome = module->messages.to_wire(handler->request, payload.empty() ? "{}" : payload);
      payload = std::move(outcome.bytes);
    }
    input.payload = std::move(payload);
    if (outcome.ok()) outcome = route(caller, *module, *handler, input);
  }
  if (!outcome.ok()) {
    tickets[++submitted] = outcome;
    return {submitted};
  }
  return submit(std::move(input));
}

Outcome World::Impl::take(Ticket ticket) {
  const auto found = tickets.find(ticket.number);
  if (found == tickets.end()) throw std::runtime_error("this ticket has been taken");
  const std::int64_t until = engine.now_ms + kPatienceMs;
  engine.settle();
  while (!found->second) {
    if (!engine.step() || engine.now_ms > until)
      throw std::runtime_error("no answer in two minutes");
  }
  Outcome outcome = *std::move(found->second);
  tickets.erase(found);
  return outcome;
}

Live& World::Impl::live(std::string_view kind, std::string_view key) const {
  Live* found = engine.find({std::string(kind), std::string(key)});
  if (found == nullptr || found->state == nullptr) {
    throw std::runtime_error("no " + std::string(kind) + " " + std::string(key));
  }
  return *found;
}

World::World(WorldOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

// ---- Modules ---------------------------------------------------------------------------------

void World::load(const std::string& path) { impl_->engine.add(Loaded::open(path, host_table())); }

void World::add(const serai_module& entry, std::string_view contract) {
  impl_->engine.add(std::make_unique<Loaded>(entry, contract, host_table()));
}

Outcome World::swap(const std::string& path) {
  return impl_->engine.swap(Loaded::open(path, host_table()));
}

Outcome World::swap(const serai_module& entry, std::string_view contract) {
  return impl_->engine.swap(std::make_unique<Loaded>(entry, contract, host_table()));
}

std::string World::manifest(std::string_view module) const {
  const Loaded* found = impl_->engine.module_named(module);
  if (found == nullptr) throw std::runtime_error("no module " + std::string(module));
  return std::string(view(found->entry.manifest));
}

Outcome World::self_test(std::string_view module) {
  const Loaded* found = impl_->engine.module_named(module);
  if (found == nullptr) throw std::runtime_error("no module " + std::string(module));
  return found->self_test();
}

// ---- Calls -----------------------------------------------------------------------------------

Player World::player(std::string_view name) const {
  return {named_uuid("user " + std::string(name)),
          std::string(name),
          named_uuid("session " + std::string(name))};
}

Outcome World::rpc(const Player& caller,
                   std::string_view name,
                   const google::protobuf::MessageLite& request) {
  return take(begin(caller, name, request));
}

Outcome World::rpc_raw(const Player& caller, std::string_view name, std::string_view payload) {
  return take(impl_->begin(caller, name, std::string(payload), false));
}

Outcome World::rpc_json(const Player& caller, std::string_view name, std::string_view json) {
  int index = -1;
  Outcome outcome = take(impl_->begin(caller, name, std::string(json), true));
  const Loaded* module = impl_->engine.module_of_rpc(name, index);
  if (!outcome.ok() || module == nullptr) return outcome;
  const std::string& reply = module->declared.handlers[static_cast<std::size_t>(index)].reply;
  return reply.empty() ? outcome : module->messages.to_json(reply, outcome.bytes);
}

Outcome World::call(const Target& target, const google::protobuf::MessageLite& request) {
  Input input;
  input.to = {std::string(target.kind), std::string(target.key)};
  input.handler = target.handler;
  input.payload = serialize(request);
  return take(impl_->submit(std::move(input)));
}

Ticket World::begin(const Player& caller,
                    std::string_view name,
                    const google::protobuf::MessageLite& request) {
  return impl_->begin(caller, name, serialize(request), false);
}

bool World::done(Ticket ticket) const {
  const auto found = impl_->tickets.find(ticket.number);
  return found == impl_->tickets.end() || found->second.has_value();
}

Outcome World::take(Ticket ticket) { return impl_->take(ticket); }

void World::cancel(Ticket ticket) {
  impl_->engine.cancel(impl_->runs[ticket.number]);
  impl_->engine.settle();
}

// ---- Matches ---------------------------------------------------------------------------------

Outcome World::join(const Player& player,
                    std::string_view match_id,
                    const std::map<std::string, std::string>& metadata) {
  const Address to = address_of(match_id);
  const Live* live = impl_->engine.find(to);
  if (live == nullptr || live->state == nullptr || !live->declared().match) {
    return {Status::not_found, "no such match", {}};
  }
  for (const Player& member : live->members) {
    if (member.session_id == player.session_id) return {};
  }
  const std::uint32_t players_max = live->declared().players_max;
  if (players_max != 0 && live->members.size() >= players_max) {
    return {Status::resource_exhausted, "match is full", {}};
  }
  Input input;
  input.to = to;
  input.on = "join";
  input.from = player;
  input.payload = metadata_bytes(metadata);
  Outcome outcome = take(impl_->submit(std::move(input)));
  Live* joined = impl_->engine.find(to);
  if (outcome.ok() && joined != nullptr && joined->state != nullptr)
    joined->members.push_back(player);
  return outcome;
}

void World::leave(const Player& player, std::string_view match_id) {
  Live* live = impl_->engine.find(address_of(match_id));
  if (live != nullptr) impl_->engine.remove_member(*live, player.session_id);
  impl_->engine.settle();
}

Outcome World::data(const Player& player,
                    std::string_view match_id,
                    std::int64_t op,
                    const google::protobuf::MessageLite& body) {
  const Address to = address_of(match_id);
  bool member = false;
  for (const Player& one : members(match_id))
    member = member || one.session_id == player.session_id;
  if (!member) return {Status::permission_denied, "not in this match", {}};
  Input input;
  input.to = to;
  input.on = "data";
  input.op = op;
  input.from = player;
  input.payload = serialize(body);
  return take(impl_->submit(std::move(input)));
}

std::vector<Player> World::members(std::string_view match_id) const {
  const Live* live = impl_->engine.find(address_of(match_id));
  return live == nullptr ? std::vector<Player>() : live->members;
}

std::string World::label(std::string_view match_id) const {
  const Address id = address_of(match_id);
  return impl_->live(id.first, id.second).label;
}

// ---- Time and money --------------------------------------------------------------------------

std::int64_t World::now_ms() const { return impl_->engine.now_ms; }

void World::advance(std::chrono::milliseconds duration) {
  impl_->engine.advance(impl_->engine.now_ms + duration.count());
}

void World::fund(std::string_view account, std::int64_t amount) {
  impl_->engine.ledger.credit(std::string(account), amount);
}

std::int64_t World::balance(std::string_view account) const {
  return impl_->engine.ledger.balance(std::string(account));
}

std::map<std::string, std::int64_t> World::balances() const {
  return impl_->engine.ledger.balances();
}

// ---- Looking inside --------------------------------------------------------------------------

bool World::exists(std::string_view kind, std::string_view key) const {
  const Live* live = impl_->engine.find({std::string(kind), std::string(key)});
  return live != nullptr && live->state != nullptr;
}

std::vector<std::string> World::keys(std::string_view kind) const {
  std::vector<std::string> found;
  for (const auto& [id, live] : impl_->engine.entities) {
    if (id.first == kind && live->state != nullptr) found.push_back(id.second);
  }
  return found;
}

std::string World::state_bytes(std::string_view kind, std::string_view key) const {
  const Live& live = impl_->live(kind, key);
  const Outcome bytes = live.module->write(live.kind, live.state, live.declared().schema);
  if (!bytes.ok()) throw std::runtime_error("export failed: " + bytes.text);
  return bytes.bytes;
}

std::string World::state_json(std::string_view kind, std::string_view key) const {
  const Live& live = impl_->live(kind, key);
  return live.module->messages.to_json(live.declared().state, state_bytes(kind, key)).bytes;
}

Outcome World::open(std::string_view kind, std::string_view key) {
  return impl_->engine.open({std::string(kind), std::string(key)});
}

Outcome World::restore(std::string_view kind,
                       std::string_view key,
                       std::uint32_t schema,
                       std::string_view bytes) {
  return impl_->engine.restore({std::string(kind), std::string(key)}, schema, bytes);
}

const std::vector<Push>& World::pushes() const { return impl_->engine.pushes; }
const std::vector<Notice>& World::notices() const { return impl_->engine.notices; }
const std::vector<LogLine>& World::logs() const { return impl_->engine.logs; }

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
  impl_->engine.pushes.clear();
  impl_->engine.notices.clear();
  impl_->engine.logs.clear();
}

}  // namespace serai::testing
