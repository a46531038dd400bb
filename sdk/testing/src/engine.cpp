#include "engine.hpp"

#include <algorithm>

namespace serai::testing {
namespace {

constexpr std::uint32_t kCallDeadlineMs = 10'000;

// As the host has it, so that a module's test sees what production does.
std::uint32_t timer_back_off_ms(std::uint32_t tries) {
  constexpr std::uint32_t kFirstMs = 1'000;
  constexpr std::uint32_t kLongestMs = 3'600'000;
  return std::min(kFirstMs << std::min(tries - 1, 12U), kLongestMs);
}

std::uint64_t hash_of(const Address& id) {
  std::uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (const char c : id.first + "/" + id.second) {
    hash = (hash ^ static_cast<unsigned char>(c)) * UINT64_C(0x100000001b3);
  }
  return hash;
}

void fill_message(Run& run, std::int64_t now_ms) {
  const Input& input = run.input;
  serai_message& message = run.message;
  message.struct_size = sizeof message;
  message.handler = static_cast<std::uint32_t>(run.handler);
  message.entity_kind = to_abi(input.to.first);
  message.entity_key = to_abi(input.to.second);
  message.user_id = to_abi(input.from.id);
  message.username = to_abi(input.from.username);
  message.session_id = to_abi(input.from.session_id);
  message.caller_kind = to_abi(input.caller.first);
  message.caller_key = to_abi(input.caller.second);
  message.payload = to_bytes(input.payload);
  message.now_ms = now_ms;
  message.op_code = input.op;
  message.timer_id = input.timer;
}

int find_handler(const Loaded& module, const Input& input) {
  if (input.on == "data") return module.find_data(input.to.first, input.op);
  if (input.on == "timer") return module.find_timer(input.to.first, input.handler);
  if (input.on == "rpc") return module.find_rpc(input.to.first, input.handler);
  return module.find_trigger(input.to.first, input.on);
}

}  // namespace

Engine::Engine(WorldOptions given)
    : options(std::move(given)), now_ms(options.start_ms), random{options.seed} {}

Engine::~Engine() {
  for (auto& [id, run] : waiting_) run->module->entry.cancel(run->module->instance, run->frame);
  for (auto& [id, live] : entities) {
    if (live->state != nullptr) live->module->destroy(live->kind, live->state);
  }
}

// ---- Mailboxes -------------------------------------------------------------------------------

std::uint64_t Engine::deliver(Input input) {
  if (input.id == 0) input.id = next_++;
  const std::uint64_t id = input.id;
  if (input.to.first.empty()) {
    ready_.push_back(
        [this, given = std::move(input)]() mutable { start_stateless(std::move(given)); });
    return id;
  }
  const Address to = input.to;
  auto& live = entities[to];
  if (!live) live = make_live(to);
  live->mailbox.push_back(std::move(input));
  ready_.push_back([this, to] { pump(to); });
  return id;
}

std::unique_ptr<Live> Engine::make_live(const Address& id) {
  auto live = std::make_unique<Live>();
  live->id = id;
  live->module = module_of_kind(id.first);
  live->kind = live->module == nullptr ? -1 : live->module->find_kind(id.first);
  live->random.state = hash_of(id) ^ options.seed;
  return live;
}

Live* Engine::find(const Address& id) const {
  const auto found = entities.find(id);
  return found == entities.end() ? nullptr : found->second.get();
}

// Forgets an entity that has neither a state nor anything to do.
void Engine::tidy(const Address& id) {
  const Live* live = find(id);
  if (live != nullptr && live->state == nullptr && !live->running && live->mailbox.empty()) {
    entities.erase(id);
  }
}

void Engine::pump(const Address& id) {
  Live* live = find(id);
  if (live == nullptr || live->running) return;
  if (!live->mailbox.empty()) {
    Input input = std::move(live->mailbox.front());
    live->mailbox.pop_front();
    start(*live, std::move(input));
  }
  tidy(id);
}

// ---- Runs ------------------------------------------------------------------------------------

void Engine::start(Live& live, Input input) {
  const Address id = live.id;
  ready_.push_back([this, id] { pump(id); });
  if (input.on == "timer" && !take_timer(live, input)) return;
  const int handler = live.module == nullptr ? -1 : find_handler(*live.module, input);
  if (handler < 0) {
    const bool optional = input.on == "join" || input.on == "leave";
    if (optional && live.state != nullptr) return input.answer({});
    const std::string reason = "no such handler: " + input.handler;
    if (input.on == "timer") return retry_timer(live, input, handler, reason);
    return input.answer({Status::unimplemented, reason, {}});
  }
  live.running = std::make_unique<Run>();
  Run& run = *live.running;
  run.engine = this;
  run.module = live.module;
  run.entity = &live;
  run.handler = handler;
  run.input = std::move(input);
  if (activate(live, run)) enter(run);
}

void Engine::start_stateless(Input input) {
  int handler = -1;
  Loaded* module = nullptr;
  for (const auto& candidate : modules_) {
    handler = candidate->find_rpc("", input.handler);
    if (handler >= 0) {
      module = candidate.get();
      break;
    }
  }
  if (module == nullptr) {
    return input.answer({Status::not_found, "no such handler: " + input.handler, {}});
  }
  auto made = std::make_unique<Run>();
  Run& run = *made;
  run.engine = this;
  run.module = module;
  run.handler = handler;
  run.input = std::move(input);
  stateless_[run.input.id] = std::move(made);
  enter(run);
}

// Makes sure there is a state, and remembers it; false when the run has been refused.
bool Engine::activate(Live& live, Run& run) {
  const auto& handler = live.module->declared.handlers[static_cast<std::size_t>(run.handler)];
  if (live.state == nullptr && !handler.creates) {
    finish(run, Status::not_found);
    return false;
  }
  run.random_before = live.random;
  if (live.state == nullptr) {
    const serai_status made =
        live.module->entry.entity_create(live.module->instance,
                                         static_cast<std::uint32_t>(live.kind),
                                         to_abi(live.id.second),
                                         &live.state);
    if (made != SERAI_OK) throw std::runtime_error("entity_create failed for " + live.id.first);
    live.life = next_++;
    run.created = true;
  }
  const Outcome before = live.module->write(live.kind, live.state, live.declared().schema);
  if (!before.ok())
    throw std::runtime_error("export failed for " + live.id.first + ": " + before.text);
  run.before = before.bytes;
  return true;
}

void Engine::enter(Run& run) {
  fill_message(run, now_ms);
  if (run.input.on == "tick") run.message.tick = run.entity->ticks++;
  const serai_status status =
      run.module->entry.handle(run.module->instance,
                               run.entity == nullptr ? nullptr : run.entity->state,
                               run.handle(),
                               &run.message,
                               &run.frame);
  after(run, status);
}

void Engine::after(Run& run, serai_status status) {
  if (!run.misuse.empty()) {
    run.error = run.misuse;
    status = SERAI_INTERNAL;
    if (run.frame != nullptr) run.module->entry.cancel(run.module->instance, run.frame);
  }
  if (status != SERAI_PENDING) return finish(run, static_cast<Status>(status));
  if (!run.waiting || run.frame == nullptr) {
    run.error = "handler waits for nothing";
    if (run.frame != nullptr) run.module->entry.cancel(run.module->instance, run.frame);
    return finish(run, Status::internal);
  }
  waiting_[run.input.id] = &run;
}

void Engine::finish(Run& run, Status status) {
  const std::uint64_t id = run.input.id;
  waiting_.erase(id);
  Outcome outcome;
  if (status == Status::ok) {
    outcome = succeed(run);
  } else {
    if (status == Status::not_found && run.error.empty()) run.error = "no such entity";
    outcome = {status, run.error, {}};
    ledger.drop(id);
    put_back(run);
    if (run.input.on == "timer") retry_timer(*run.entity, run.input, run.handler, run.error);
  }
  Input input = std::move(run.input);
  if (run.entity != nullptr) {
    const Address to = run.entity->id;
    run.entity->running.reset();
    ready_.push_back([this, to] { pump(to); });
  } else {
    stateless_.erase(id);
  }
  input.answer(std::move(outcome));
}

Outcome Engine::succeed(Run& run) {
  Outcome outcome{Status::ok, {}, run.reply};
  ledger.keep(run.input.id);
  release(run);
  if (run.entity != nullptr && options.forgetful && !run.effects.close) forget_state(*run.entity);
  return outcome;
}

void Engine::put_back(Run& run) {
  Live* live = run.entity;
  if (live == nullptr || live->state == nullptr) return;
  live->random = run.random_before;
  live->module->destroy(live->kind, live->state);
  live->state = nullptr;
  if (run.created) return;
  const Outcome back = live->module->import(
      live->kind, live->id.second, live->declared().schema, run.before, &live->state);
  if (!back.ok()) throw std::runtime_error("the state could not be put back: " + back.text);
}

// Exports and imports, so that only what is in the state lives on.
void Engine::forget_state(Live& live) {
  const std::uint32_t schema = live.declared().schema;
  const Outcome bytes = live.module->write(live.kind, live.state, schema);
  serai_entity* fresh = nullptr;
  const Outcome back = live.module->import(live.kind, live.id.second, schema, bytes.bytes, &fresh);
  if (!bytes.ok() || !back.ok()) {
    throw std::runtime_error(live.id.first + " does not survive export and import: " + bytes.text +
                             back.text);
  }
  live.module->destroy(live.kind, live.state);
  live.state = fresh;
}

// ---- Effects ---------------------------------------------------------------------------------

void Engine::release(Run& run) {
  Effects& effects = run.effects;
  for (Input& send : effects.sends) deliver(std::move(send));
  for (Push& push : effects.pushes) pushes.push_back(std::move(push));
  for (Notice& notice : effects.notices) notices.push_back(std::move(notice));
  Live* live = run.entity;
  if (live == nullptr) return;
  if (effects.label) live->label = *effects.label;
  for (const TimerChange& change : effects.timers) set_timer(*live, change);
  for (const std::string& session_id : effects.kicks) remove_member(*live, session_id);
  if (effects.close) {
    live->module->destroy(live->kind, live->state);
    live->state = nullptr;
    live->timers.clear();
    live->members.clear();
    live->ticking = false;
    live->life = next_++;
  } else if (!live->ticking && live->declared().tick_hz > 0) {
    live->ticking = true;
    beat(*live);
  }
}

void Engine::remove_member(Live& live, std::string_view session_id) {
  const auto found = std::find_if(live.members.begin(), live.members.end(), [&](const Player& one) {
    return one.session_id == session_id;
  });
  if (found == live.members.end()) return;
  Input left;
  left.to = live.id;
  left.on = "leave";
  left.from = *found;
  live.members.erase(found);
  deliver(std::move(left));
}

void Engine::set_timer(Live& live, const TimerChange& change, std::uint32_t tries) {
  live.timers.erase(change.id);
  if (!change.set) return;
  const std::uint64_t number = next_++;
  live.timers[change.id] = {number, change.handler, change.payload, tries};
  at(now_ms + change.delay_ms, [this, id = live.id, timer = change.id, number] {
    Live* owner = find(id);
    if (owner == nullptr) return;
    const auto found = owner->timers.find(timer);
    if (found == owner->timers.end() || found->second.number != number) return;
    Input due;
    due.to = id;
    due.on = "timer";
    due.handler = found->second.handler;
    due.payload = found->second.payload;
    due.timer = timer;
    due.timer_number = number;
    due.tries = found->second.tries;
    deliver(std::move(due));
  });
}

// Its handler has failed, or the version that serves has none: it is due again later, unless its
// retries are used up.
void Engine::retry_timer(Live& live, const Input& input, int handler, const std::string& reason) {
  if (live.state == nullptr) return;
  const std::uint32_t tries = input.tries + 1;
  const std::uint32_t wait_ms = timer_back_off_ms(tries);
  std::optional<std::uint32_t> retries;
  if (handler >= 0) {
    retries = live.module->declared.handlers[static_cast<std::size_t>(handler)].retries;
  }
  const bool is_over = retries && tries > *retries;
  if (!is_over) {
    set_timer(live, {input.timer, true, wait_ms, input.handler, input.payload}, tries);
  }
  logs.push_back({is_over ? SERAI_LOG_ERROR : SERAI_LOG_WARN,
                  is_over ? "timer.given_up" : "timer.failed",
                  {{"kind", live.id.first},
                   {"key", live.id.second},
                   {"handler", input.handler},
                   {"try", std::to_string(tries)},
                   {"reason", reason}}});
}

// False when it was cancelled or set anew while its message waited.
bool Engine::take_timer(Live& live, const Input& input) {
  const auto found = live.timers.find(input.timer);
  if (found == live.timers.end() || found->second.number != input.timer_number) return false;
  live.timers.erase(found);
  return true;
}

// Schedules the next tick of an entity that has one.
void Engine::beat(Live& live) {
  const std::uint32_t hz = live.declared().tick_hz;
  if (hz == 0) {
    live.ticking = false;
    return;
  }
  at(now_ms + 1000 / hz, [this, id = live.id, life = live.life] {
    Live* owner = find(id);
    if (owner == nullptr || owner->life != life || owner->state == nullptr) return;
    if (owner->mailbox.empty() && !owner->running) {
      Input tick;
      tick.to = id;
      tick.on = "tick";
      deliver(std::move(tick));
    }
    beat(*owner);
  });
}

// ---- Waits -----------------------------------------------------------------------------------

serai_status Engine::wait(Run& run, std::uint64_t token, std::uint32_t delay_ms, Outcome outcome) {
  run.waiting = true;
  run.token = token;
  run.wait = next_++;
  auto resume = [this, id = run.input.id, number = run.wait, answer = std::move(outcome)] {
    wake(id, number, answer);
  };
  if (delay_ms == 0) {
    ready_.push_back(std::move(resume));
  } else {
    at(now_ms + delay_ms, std::move(resume));
  }
  return SERAI_PENDING;
}

serai_status Engine::call(Run& run, Input input, std::uint32_t deadline_ms, std::uint64_t token) {
  input.chain = run.input.chain;
  if (run.entity != nullptr) input.chain.push_back(run.entity->id);
  const bool circle =
      !input.to.first.empty() &&
      std::find(input.chain.begin(), input.chain.end(), input.to) != input.chain.end();
  if (circle) return SERAI_FAILED_PRECONDITION;
  if (!has_handler(input)) return SERAI_NOT_FOUND;
  wait(run,
       token,
       deadline_ms == 0 ? kCallDeadlineMs : deadline_ms,
       {Status::deadline_exceeded, "no answer in time", {}});
  input.done = [this, id = run.input.id, number = run.wait](const Outcome& outcome) {
    ready_.push_back([this, id, number, outcome] { wake(id, number, outcome); });
  };
  deliver(std::move(input));
  return SERAI_PENDING;
}

bool Engine::has_handler(const Input& input) const {
  if (input.to.first.empty()) {
    return std::any_of(modules_.begin(), modules_.end(), [&](const auto& module) {
      return module->find_rpc("", input.handler) >= 0;
    });
  }
  const Loaded* module = module_of_kind(input.to.first);
  return module != nullptr && module->find_rpc(input.to.first, input.handler) >= 0;
}

void Engine::wake(std::uint64_t run_id, std::uint64_t number, const Outcome& outcome) {
  const auto found = waiting_.find(run_id);
  if (found == waiting_.end() || found->second->wait != number) return;
  Run& run = *found->second;
  run.waiting = false;
  const std::string_view payload = outcome.ok() ? outcome.bytes : outcome.text;
  const serai_completion completion{sizeof(serai_completion),
                                    static_cast<serai_status>(outcome.status),
                                    run.token,
                                    to_bytes(payload)};
  const serai_status status =
      run.module->entry.resume(run.module->instance,
                               run.entity == nullptr ? nullptr : run.entity->state,
                               run.handle(),
                               run.frame,
                               &completion);
  if (status != SERAI_PENDING) run.frame = nullptr;
  after(run, status);
}

void Engine::cancel(std::uint64_t input_id) {
  const auto found = waiting_.find(input_id);
  if (found == waiting_.end()) return;
  Run& run = *found->second;
  run.module->entry.cancel(run.module->instance, std::exchange(run.frame, nullptr));
  run.error = "cancelled";
  finish(run, Status::cancelled);
}

// ---- Time ------------------------------------------------------------------------------------

void Engine::at(std::int64_t due_ms, std::function<void()> what) {
  agenda_.emplace(Moment{due_ms, next_++}, std::move(what));
}

void Engine::settle() {
  while (!ready_.empty()) {
    const auto next = std::move(ready_.front());
    ready_.pop_front();
    next();
  }
}

bool Engine::step() {
  settle();
  if (agenda_.empty()) return false;
  const auto first = agenda_.begin();
  now_ms = std::max(now_ms, first->first.first);
  const auto what = std::move(first->second);
  agenda_.erase(first);
  what();
  settle();
  return true;
}

void Engine::advance(std::int64_t to_ms) {
  settle();
  while (!agenda_.empty() && agenda_.begin()->first.first <= to_ms) step();
  now_ms = std::max(now_ms, to_ms);
}

}  // namespace serai::testing
