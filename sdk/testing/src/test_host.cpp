#include "test_host.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "forgetful.hpp"

namespace serai::testing {
namespace {

constexpr std::int64_t kPatienceMs = 120'000;

// The hash key is fixed before the first hash is computed, so that hash tables have the same order
// in every run.
const bool kTableOrderIsFixed = [] {
  fix_hash_key(1);
  return true;
}();

// No quotas per second, because a test makes thousands of calls at one moment of virtual time.
runtime::RuntimeLimits limits_of_a_test() {
  static constexpr std::uint32_t kPlenty = 1U << 30;
  runtime::RuntimeLimits limits;
  limits.player_busy_ms_per_sec = kPlenty;
  limits.player_written_bytes_per_sec = kPlenty;
  limits.player_entities_per_min = kPlenty;
  limits.player_answer_bytes_per_hour = kPlenty;
  return limits;
}

std::unique_ptr<storage::SqlStore> open_store(const Clock& clock) {
  storage::StoreOptions options;
  options.clock = &clock;
  options.manual = true;
  auto opened = storage::SqlStore::open(std::move(options));
  if (!opened) throw std::runtime_error(opened.error().detail);
  return *std::move(opened);
}

void demand(const Result<>& done) {
  if (!done) throw std::runtime_error(done.error().detail);
}

}  // namespace

std::optional<std::string> TestHost::Config::get(std::string_view, std::string_view key) const {
  const auto found = values.find(std::string(key));
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

TestHost::TestHost(const WorldOptions& options)
    : seed_(options.seed == 0 ? 1 : options.seed),  // for the host 0 stands for a random seed
      forgetful_(options.forgetful),
      clock_(options.start_ms),
      shards_(clock_),
      streams_([this](const MatchId& match, Push& push) { describe(match, push); }),
      store_(open_store(clock_)),
      ledger_(std::make_unique<NamedAccounts>(*store_)) {
  config_.values = options.config;
  runtime::RuntimeOptions settings;
  settings.seed = seed_;
  settings.limits = limits_of_a_test();
  settings.pump = [this] {
    if (!turn()) step();
  };
  runtime_ = std::make_unique<runtime::Runtime>(runtime::Environment{shards_,
                                                                     *store_,
                                                                     *ledger_,
                                                                     clock_,
                                                                     config_,
                                                                     HostLog(log_),
                                                                     no_metrics(),
                                                                     std::move(settings)});
  runtime_->set_streams([this](std::uint32_t) -> Streams& { return streams_; });
  demand(runtime_->install({}));
  demand(runtime_->start());
}

TestHost::~TestHost() { runtime_.reset(); }

// ---- Modules ---------------------------------------------------------------------------------

const TestHost::Serving* TestHost::find(std::string_view module) const {
  const auto found = modules_.find(module);
  return found == modules_.end() ? nullptr : &found->second;
}

const abi::Generation* TestHost::code_of_kind(std::string_view kind) const {
  for (const auto& [name, module] : modules_) {
    if (module.code->contract.find_kind(kind) != nullptr) return module.code;
  }
  return nullptr;
}

const abi::Generation* TestHost::code_of_rpc(std::string_view rpc) const {
  for (const auto& [name, module] : modules_) {
    const abi::HandlerContract* handler = module.code->contract.find_handler(rpc);
    if (handler != nullptr && handler->client) return module.code;
  }
  return nullptr;
}

Result<> TestHost::serve(OpenedModule module) {
  run_due();
  if (forgetful_) make_forgetful(*module.generation);
  const abi::Generation* code = module.generation.get();
  const std::string name = code->contract.name;
  std::vector<std::unique_ptr<abi::Generation>> incoming;
  incoming.push_back(std::move(module.generation));
  if (auto switched = runtime_->switch_to(std::move(incoming)); !switched) {
    return switched.error();
  }
  modules_.insert_or_assign(name, Serving{code, std::move(module.manifest)});
  runtime_->retire_former();
  run_due();
  return success();
}

// Streams get an event as JSON, because clients do. A test needs the message and the event's name.
void TestHost::describe(const MatchId& match, Push& push) const {
  const abi::Generation* code = code_of_kind(match.kind);
  const abi::EventContract* event = code == nullptr ? nullptr : code->contract.find_event(push.op);
  if (event == nullptr) return;
  push.event = event->name;
  if (event->message.empty()) return;
  auto wire = code->transcoder->to_wire(event->message, push.bytes);
  if (wire) push.bytes = *std::move(wire);
}

// ---- Time ------------------------------------------------------------------------------------

bool TestHost::turn() { return shards_.only.run_ready() || store_->pump(); }

void TestHost::run_due() {
  while (turn()) {
  }
}

void TestHost::step() {
  run_due();
  const std::int64_t now = clock_.steady_us();
  clock_.advance_us(std::max<std::int64_t>(0, shards_.only.next_due_us().value_or(now) - now));
  run_due();
}

void TestHost::advance(std::int64_t ms) {
  const std::int64_t until = clock_.steady_us() + ms * 1000;
  run_due();
  while (shards_.only.next_due_us().value_or(until + 1) <= until) step();
  clock_.advance_us(until - clock_.steady_us());
  run_due();
}

void TestHost::run_until(const std::function<bool()>& done) {
  const std::int64_t until = clock_.now_ms() + kPatienceMs;
  run_due();
  while (!done()) {
    if (clock_.now_ms() > until) throw std::runtime_error("no answer in two minutes");
    step();
  }
}

void TestHost::on_shard(Work work) {
  shards_.only.post(std::move(work));
  run_due();
}

// ---- Entities --------------------------------------------------------------------------------

HostEntity* TestHost::find_entity(const EntityId& id) {
  run_due();
  const auto find = [this, &id]() -> HostEntity* {
    HostEntity* entity = parts().table.find(id);
    return entity != nullptr && entity->state != nullptr && entity->born ? entity : nullptr;
  };
  if (HostEntity* entity = find()) return entity;
  if (parts().table.find(id) != nullptr || code_of_kind(id.kind) == nullptr) return nullptr;
  on_shard([this, &id] { parts().loader.wake({id}); });
  return find();
}

bool TestHost::is_at_rest(const EntityId& id) const {
  const runtime::ShardParts& parts = runtime_->parts(0);
  const HostEntity* entity = parts.table.find(id);
  return entity == nullptr || (entity->phase() == HostEntity::Phase::ready &&
                               entity->mailbox.empty() && !parts.mailboxes.is_working_on(*entity));
}

std::vector<std::string> TestHost::keys_of(const std::string& kind) {
  run_due();
  std::set<std::string> keys;
  for (const auto& [id, entity] : parts().table.all()) {
    if (id.kind == kind && entity->state != nullptr && entity->born) keys.insert(id.key);
  }
  static constexpr std::uint32_t kAll = 1U << 20;
  const auto stored =
      ask_store<std::vector<EntityId>>([&](Store& store, Executor& where, auto answer) {
        EntityQuery query;
        query.kind = kind;
        query.limit = kAll;
        store.list(std::move(query), where, std::move(answer));
      });
  if (!stored) throw std::runtime_error(stored.error().detail);
  for (const EntityId& id : *stored) keys.insert(id.key);
  return {keys.begin(), keys.end()};
}

// Writes the state to the store and reads it back, as after a restart. An entity that exists
// already keeps the host's data about it: timers, label, players.
Result<> TestHost::put_state(const EntityId& id, std::uint32_t schema, std::string_view bytes) {
  run_due();
  const runtime::KindRoute* route = parts().services.directory->kind(id.kind);
  if (route == nullptr) throw std::runtime_error("no module owns the kind " + id.kind);
  auto readable =
      parts().states.import_state(*route->generation, route->kind_index, id, schema, bytes);
  if (!readable) return readable.error();
  parts().states.give_back(route->generation->generation(), route->kind_index, *readable);
  StoredEntity stored{id, schema, route->generation->contract().version, std::string(bytes), {}};
  runtime::HostState beside;
  beside.generator.seed = hash_of_address(id.kind, id.key) ^ seed_;
  beside.create_ms = now_ms();
  if (HostEntity* entity = find_entity(id)) {
    beside = entity->host;
    on_shard([this, entity] { parts().loader.remove(*entity, false); });
  }
  stored.host_state = beside.encode();
  const Result<> written = ask_store<serai::Unit>([&](Store& store, Executor& where, auto answer) {
    const UnitId unit = store.next_unit();
    Writes writes;
    writes.entities.push_back(std::move(stored));
    store.stage(unit, std::move(writes), where, std::move(answer));
    store.finish(unit);
  });
  if (!written) return written;
  if (find_entity(id) == nullptr) throw std::runtime_error(id.kind + " cannot be read again");
  return success();
}

}  // namespace serai::testing
