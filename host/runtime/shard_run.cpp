// Running handlers: from a message to success, failure or a wait.
#include <algorithm>
#include <charconv>

#include "runtime/about.hpp"
#include "runtime/border.hpp"
#include "runtime/host_table.hpp"
#include "runtime/shard_runtime.hpp"
#include "runtime/sink.hpp"

namespace {

serai_str borrow(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

void serai_call::reset() {
  entity = nullptr;
  generation = nullptr;
  handler_index = -1;
  input = serai::Input{};
  message = {};
  generator = nullptr;
  effects.clear();
  reply.clear();
  error_text.clear();
  effect_bytes = 0;
  config_reads.clear();
  frame = nullptr;
  refused = SERAI_OK;
  refusal.clear();
  misuse = nullptr;
  waits.clear();
  unit = 0;
  opened_unit = has_holds = has_writes = replaying = unrepeatable = false;
}

namespace serai {
namespace {

constexpr std::size_t kSpareRunsMax = 256;

Errc as_errc(serai_status status) {
  return status < 0 || status > SERAI_UNAUTHENTICATED ? Errc::internal : static_cast<Errc>(status);
}

}  // namespace

int ShardRuntime::resolve(const Entity& entity, const Input& input) const {
  const KindTable& table = entity.table();
  switch (input.trigger) {
    case Trigger::rpc: {
      // Another version may have a handler of this name on another kind, or on none.
      const int index = entity.generation->rpc(input.handler);
      const bool fits =
          index >= 0 && entity.generation->handler(index).kind_index == entity.kind_index;
      return fits ? index : -1;
    }
    case Trigger::join:
      return table.join;
    case Trigger::leave:
      return table.leave;
    case Trigger::tick:
      return table.tick;
    case Trigger::data: {
      const auto found = table.data.find(input.op_code);
      return found == table.data.end() ? -1 : found->second;
    }
    case Trigger::timer: {
      const auto found = table.timers.find(input.timer);
      return found == table.timers.end() ? -1 : found->second;
    }
  }
  return -1;
}

// Clients send match data as JSON or as binary Protobuf; '{' cannot begin a proto3 message.
bool ShardRuntime::translate_data(const Entity& entity,
                                  const HandlerContract& handler,
                                  Input& input) {
  if (!input.from_client || input.trigger != Trigger::data || handler.request.empty()) return true;
  if (!input.payload.starts_with('{')) return true;
  auto wire = entity.generation->generation().transcoder->to_wire(handler.request, input.payload);
  if (!wire) {
    input.answer(Outcome::refused(
        Errc::invalid_argument, handler.name + ": " + wire.error().detail, entity.served_by()));
    return false;
  }
  input.payload = *std::move(wire);
  return true;
}

void ShardRuntime::start(Entity& entity, Input&& input) {
  entity.used_ms = env_.clock.now_ms();
  if (input.trigger == Trigger::timer && !take_timer(entity, input)) return;
  const int handler_index = resolve(entity, input);
  const bool creates = handler_index >= 0 && entity.generation->handler(handler_index).creates;
  if (!entity.born && !creates) {
    const KindRoute route{&entity.id.kind, entity.generation, entity.kind_index};
    return refuse_unknown(route, handler_index, std::move(input));
  }
  if (!entity.born && refuse_new_entity(entity, input)) return;
  if (handler_index < 0) {
    if (input.trigger == Trigger::join || input.trigger == Trigger::leave) {
      input.answer({});  // a kind without such a handler takes everybody
      return;
    }
    if (input.trigger == Trigger::data) {
      input.answer(Outcome::refused(
          Errc::unimplemented,
          entity.id.kind + " has no handler for op code " + std::to_string(input.op_code),
          entity.served_by()));
      return;
    }
    // A newer version that serves beside this one may have it, or the next one.
    const std::string reason = entity.id.kind + " has no such handler in version " +
                               entity.generation->contract().version + " of " +
                               entity.generation->contract().name +
                               ", which this one still runs under";
    if (input.trigger == Trigger::timer) return retry_timer(entity, input, reason);
    input.answer(Outcome::refused(Errc::unimplemented, reason, entity.served_by()));
    return;
  }
  const HandlerContract& handler = entity.generation->handler(handler_index);
  if (!translate_data(entity, handler, input)) return;
  if (handler.durable && refuse_unwritable(entity, input)) return;
  if (handler.idempotent && input.from_client) {
    find_idempotency_key(*entity.generation, handler, input);
    if (input.idempotency_key.size() > kIdempotencyKeyMax) {
      input.answer(Outcome::refused(Errc::invalid_argument, kKeyTooLong, entity.served_by()));
      return;
    }
    if (!input.idempotency_key.empty()) {
      look_up_answer(entity, std::move(input), handler_index);
      return;
    }
  }
  execute(entity, std::move(input), handler_index);
}

void ShardRuntime::execute(Entity& entity, Input&& input, int handler_index) {
  RunPtr run = take_run(*entity.generation, handler_index, std::move(input));
  run->entity = &entity;
  ++entity.runs;
  if (!entity.born) {
    quotas_.charge(run->input.user_id, PlayerQuotas::Use::entities, 1, env_.clock.steady_us());
  }
  run->generator = &entity.host.generator;
  run->unit = run->input.unit;
  fill_message(*run);
  if (run->input.trigger == Trigger::tick) run->message.tick = entity.host.tick++;
  const serai_status status = enter(*run);
  after_handler(std::move(run), status);
}

// The directory may have changed since the handler was looked up.
void ShardRuntime::run_stateless(std::string_view name, Input&& input) {
  if (const auto now = directory_->handler({}, name)) {
    run_stateless(directory_->choose(*now, input.user_id), std::move(input));
  } else {
    input.answer(Outcome::refused(Errc::not_found, std::string(kUnknownRpc)));
  }
}

void ShardRuntime::run_stateless(const RpcRoute& route, Input&& input) {
  if (refuse_when_draining(input) || refuse_over_quota(input)) return;
  if (hold_back(route, input)) return;
  RunPtr run = take_run(*route.generation, route.handler_index, std::move(input));
  run->generator = &generator_;
  run->unit = run->input.unit;
  fill_message(*run);
  const serai_status status = enter(*run);
  after_handler(std::move(run), status);
}

// ---- Runs ------------------------------------------------------------------------------------

RunPtr ShardRuntime::take_run(LoadedGeneration& generation, int handler_index, Input&& input) {
  RunPtr run;
  if (spare_runs_.empty()) {
    run = std::make_unique<Run>();
    run->shard = this;
  } else {
    run = std::move(spare_runs_.back());
    spare_runs_.pop_back();
  }
  run->generation = &generation;
  run->handler_index = handler_index;
  run->input = std::move(input);
  run->id = (static_cast<std::uint64_t>(shard_.index()) << 48) | next_run_++;
  ++generation.figures(shard_.index()).pins;
  return run;
}

void ShardRuntime::recycle(RunPtr run) {
  if (run->frame != nullptr) {
    const Generation& generation = run->generation->generation();
    serai_frame* frame = std::exchange(run->frame, nullptr);
    static const std::string kCancelling = "cancel";
    const Watched watched(watch_, kCancelling, generation.id, env_);
    log_what_throws(
        generation, kCancelling, [&] { generation.entry->cancel(generation.instance, frame); });
  }
  waiting_.erase(run->id);
  --run->generation->figures(shard_.index()).pins;
  run->reset();
  if (spare_runs_.size() < kSpareRunsMax) spare_runs_.push_back(std::move(run));
}

void ShardRuntime::fill_message(Run& run) {
  run.now_ms = env_.clock.now_ms();
  serai_message& message = run.message;
  message.struct_size = sizeof(message);
  message.handler = static_cast<std::uint32_t>(run.handler_index);
  if (run.entity != nullptr) {
    message.entity_kind = borrow(run.entity->id.kind);
    message.entity_key = borrow(run.entity->id.key);
  }
  if (!run.input.user_id.is_nil()) {
    run.input.user_id.write_text(run.user_text);
    message.user_id = {run.user_text.data(), run.user_text.size()};
  }
  if (!run.input.session_id.is_nil()) {
    run.input.session_id.write_text(run.session_text);
    message.session_id = {run.session_text.data(), run.session_text.size()};
  }
  message.username = borrow(run.input.username);
  message.caller_kind = borrow(run.input.caller.kind);
  message.caller_key = borrow(run.input.caller.key);
  message.payload = {run.input.payload.data(), run.input.payload.size()};
  message.now_ms = run.now_ms;
  message.op_code = run.input.trigger == Trigger::data ? run.input.op_code : 0;
}

// What the watchdog reports, and what count() measures, from now on; returns now.
std::int64_t ShardRuntime::watch(const Run& run) {
  const std::uint32_t declared = run.handler().budget_ms;
  const std::int64_t now = env_.clock.steady_us();
  watch_.enter(run.generation->handler_name(run.handler_index),
               run.generation->generation().id,
               declared != 0 ? declared : env_.options.handler_budget_ms,
               now);
  return now;
}

serai_status ShardRuntime::enter(Run& run) {
  const Generation& generation = run.generation->generation();
  const std::int64_t began = watch(run);
  run.began_us = began;
  std::string thrown;
  const EnterCall entered(&run);
  const serai_status status = guarded(generation, thrown, [&] {
    return generation.entry->handle(generation.instance,
                                    run.entity == nullptr ? nullptr : run.entity->state,
                                    &run,
                                    &run.message,
                                    &run.frame);
  });
  count(run, began);
  return judged(run, status, std::move(thrown));
}

serai_status ShardRuntime::reenter(Run& run, const serai_completion& completion) {
  const Generation& generation = run.generation->generation();
  run.now_ms = env_.clock.now_ms();
  const std::int64_t began = watch(run);
  serai_frame* frame = std::exchange(run.frame, nullptr);
  std::string thrown;
  const EnterCall entered(&run);
  const serai_status status = guarded(generation, thrown, [&] {
    return generation.entry->resume(generation.instance,
                                    run.entity == nullptr ? nullptr : run.entity->state,
                                    &run,
                                    frame,
                                    &completion);
  });
  if (status == SERAI_PENDING) run.frame = frame;
  count(run, began);
  return judged(run, status, std::move(thrown));
}

// A handler that threw, or used the host against the rules of abi.h, has failed whatever it says.
serai_status ShardRuntime::judged(Run& run, serai_status status, std::string thrown) {
  if (thrown.empty() && run.misuse == nullptr) return status;
  run.error_text = thrown.empty() ? run.misuse : std::move(thrown);
  return SERAI_INTERNAL;
}

void ShardRuntime::after_handler(RunPtr run, serai_status status) {
  if (status != SERAI_PENDING) {
    finish(std::move(run), status);
    return;
  }
  if (run->waits.empty() || run->frame == nullptr) {
    run->error_text = run->handler().name +
                      " waits for nothing: it returned SERAI_PENDING without a frame, or without a "
                      "call, sleep, transfer or balance that it began and still waits for";
    finish(std::move(run), SERAI_INTERNAL);
    return;
  }
  keep_waiting(std::move(run));
}

void ShardRuntime::keep_waiting(RunPtr run) {
  run->unrepeatable = true;  // what it waited for is not in the log
  waiting_[run->id] = run.get();
  if (run->entity != nullptr) {
    run->entity->phase = Entity::Phase::waiting;
    run->entity->run = std::move(run);
  } else {
    const std::uint64_t id = run->id;
    stateless_[id] = std::move(run);
  }
}

void ShardRuntime::finish(RunPtr run, serai_status status) {
  drop_waits(*run);
  if (log_.enabled(LogLevel::trace)) {
    log_.write(LogLevel::trace, "handler.ran", About(*run, {{"status", status}}));
  }
  if (status == SERAI_OK) {
    succeed(std::move(run));
  } else {
    fail(std::move(run), status);
  }
}

void ShardRuntime::succeed(RunPtr run) {
  Entity* entity = run->entity;
  if (!render_reply(*run)) {
    fail(std::move(run), SERAI_INTERNAL);
    return;
  }
  if (!keeps_bounds(*run)) {
    fail(std::move(run), SERAI_RESOURCE_EXHAUSTED);
    return;
  }
  count_outcome(*run, SERAI_OK);
  const bool durable =
      run->handler().durable || run->has_holds || run->has_writes || run->input.outbox_id != 0;
  if (entity != nullptr) {
    record(*entity, *run);
    if (const serai_status kept = remember(*entity, *run, durable); kept != SERAI_OK) {
      fail(std::move(run), kept);
      return;
    }
    apply_to_host_state(*entity, *run);
    if (!std::exchange(entity->born, true)) arm_tick(*entity);
  }
  if (durable) {
    commit(std::move(run));
    return;
  }
  if (run->opened_unit) env_.store.finish(run->unit);
  if (entity == nullptr) {
    release(*run);
    recycle(std::move(run));
    return;
  }
  if (run->effects.close) {
    commit(std::move(run));  // an ended entity is erased from storage
    return;
  }
  entity->dirtied_by = run->input.user_id;
  mark_dirty(*entity);
  entity->releases.push_back({std::move(run), true});
  release_in_order(*entity);
}

void ShardRuntime::fail(RunPtr run, serai_status status) {
  // A module that passes on what the host refused has no more to say than the host has.
  const bool passed_on = status == run->refused && !run->refusal.empty();
  if (passed_on && (run->error_text.empty() || status == SERAI_RESOURCE_EXHAUSTED)) {
    run->error_text = run->refusal;
  }
  if (run->error_text.empty()) {
    run->error_text = run->handler().name + " ended with status " + std::to_string(status) +
                      " and gave no reason";
  }
  count_outcome(*run, status);
  if (is_fault(status)) {
    run->generation->figures(shard_.index()).failures.fetch_add(1, std::memory_order_relaxed);
    CallerCell::add_one(cell_of(*run).failures);
    log_.write(LogLevel::error,
               "handler.failed",
               About(*run, {{"status", status}, {"error", run->error_text}}));
  }
  run->effects.clear();
  Entity* entity = run->entity;
  if (run->has_holds) env_.store.settle(run->unit, run->id, false);
  if (run->input.outbox_id != 0 && status != SERAI_UNAVAILABLE) {
    log_.write(LogLevel::warn, "message.refused", About(*run, {{"error", run->error_text}}));
    dead_letters_.count(DeadLetter::send_refused);
    Writes writes;
    writes.outbox_done.push_back(run->input.outbox_id);
    env_.store.stage(unit_of(*run), std::move(writes), shard_, [](const Result<>&) {});
  }
  if (run->opened_unit) env_.store.finish(run->unit);
  Result<> restored = entity == nullptr ? success() : restore(*entity);
  if (run->input.trigger == Trigger::timer) {
    if (restored) retry_timer(*entity, run->input, run->error_text);
    if (!restored) put_timer_back(*entity, run->input, run->error_text);  // evict() keeps it
  }
  run->input.answer(
      Outcome::refused(as_errc(status), std::move(run->error_text), run->generation->served_by()));
  if (entity != nullptr && status == SERAI_UNAVAILABLE) try_again_later(entity->id, run->input);
  recycle(std::move(run));
  if (entity == nullptr) return;
  if (!restored) {
    log_.write(LogLevel::error,
               "entity.not_restored",
               About(*entity, {{"error", restored.error().detail}}));
    evict(*entity, restored.error().detail, entity->releases.size());
  } else if (!entity->born) {
    entity->phase = Entity::Phase::gone;  // its first handler failed: it never came to be
  } else {
    entity->phase = Entity::Phase::ready;
  }
}

// ---- Waits -----------------------------------------------------------------------------------

std::uint64_t ShardRuntime::add_wait(Run& run, std::uint64_t token, std::uint32_t deadline_ms) {
  Wait wait;
  wait.token = token;
  wait.sequence = next_sequence_++;
  if (deadline_ms != 0) {
    const auto give_up = [this, run_id = run.id, sequence = wait.sequence, deadline_ms] {
      complete(run_id,
               sequence,
               Errc::deadline_exceeded,
               "no answer within " + std::to_string(deadline_ms) +
                   " ms, the deadline of this call (runtime.call_deadline_ms when it gives none)");
    };
    wait.deadline = shard_.after(deadline_ms, give_up);
  }
  run.waits.push_back(wait);
  return wait.sequence;
}

void ShardRuntime::drop_waits(Run& run) {
  for (const Wait& wait : run.waits) {
    // A host that goes down takes its shards' timers with it.
    if (wait.deadline != 0 && shard_.is_current()) shard_.cancel(wait.deadline);
  }
  run.waits.clear();
  waiting_.erase(run.id);
}

void ShardRuntime::complete(std::uint64_t run_id,
                            std::uint64_t sequence,
                            Errc code,
                            std::string payload) {
  const auto found = waiting_.find(run_id);
  if (found == waiting_.end()) return;
  Run* waiting = found->second;
  const auto wait = std::ranges::find(waiting->waits, sequence, &Wait::sequence);
  if (wait == waiting->waits.end()) return;
  if (wait->deadline != 0) shard_.cancel(wait->deadline);
  serai_completion completion{};
  completion.struct_size = sizeof(completion);
  completion.status = static_cast<serai_status>(code);
  completion.token = wait->token;
  completion.payload = {payload.data(), payload.size()};
  waiting->waits.erase(wait);

  RunPtr run;
  const EntityId id = waiting->entity == nullptr ? EntityId{} : waiting->entity->id;
  if (waiting->entity != nullptr) {
    run = std::move(waiting->entity->run);
    waiting->entity->phase = Entity::Phase::ready;
    waiting->entity->pumping = true;  // its mailbox waits until this run has gone on
  } else {
    auto node = stateless_.extract(run_id);
    run = std::move(node.mapped());
  }
  const serai_status status = reenter(*run, completion);
  after_handler(std::move(run), status);
  if (Entity* entity = id.kind.empty() ? nullptr : find(id)) {
    entity->pumping = false;
    pump(*entity);
  }
}

UnitId ShardRuntime::unit_of(Run& run) {
  if (run.unit == 0) {
    run.unit = env_.store.next_unit();
    run.opened_unit = true;
  }
  return run.unit;
}

}  // namespace serai
