#include "runtime/journal/journal.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

constexpr std::size_t kBytesMax = std::size_t{4} << 20;  // of the inputs that wait for the store
constexpr std::uint32_t kRowRetryMs = 100;               // after the store has refused a row

bool may_be_staged(const Entity& entity) {
  return entity.phase() == Entity::Phase::ready && entity.writes.commits == 0;
}

Error not_repeated(std::string why) { return {Errc::failed_precondition, std::move(why)}; }

// The interned name of an RPC of the entity's kind; null: its generation has none of this name.
const std::string* find_rpc(const Entity& entity, std::string_view name) {
  const std::vector<abi::HandlerContract>& handlers = entity.generation->contract().handlers;
  const auto found = std::ranges::find_if(handlers, [&](const abi::HandlerContract& handler) {
    return handler.trigger == abi::Trigger::rpc && handler.name == name &&
           handler.kind_index == entity.kind_index;
  });
  if (found == handlers.end()) return nullptr;
  return entity.generation->handler_name(static_cast<int>(found - handlers.begin()));
}

}  // namespace

Journal::Journal(ShardServices& services, ShardParts& parts)
    : services_(services),
      parts_(parts),
      inputs_(services.env.metrics.counter("serai_journal_inputs_total",
                                           "Inputs that were stored in the journal.")),
      lost_(services.env.metrics.counter(
          "serai_journal_lost_total",
          "Inputs that are not in the journal, because the store refused them or was too slow.")),
      replayed_(services.env.metrics.counter(
          "serai_journal_replayed_total",
          "Inputs that were handled again after a start, because no stored state had them.")) {}

// ---- Writing ----------------------------------------------------------------------------------

void Journal::note(Entity& entity, const Run& run, bool is_written) {
  if (!entity.kind().journal) return;
  const std::uint64_t position = ++entity.host.position;
  if (is_written) return;
  if (run.unrepeatable || !entity.writes.stored) return parts_.write_behind.stage_entity(entity);
  if (row_.bytes() >= kBytesMax) return lost_.add();
  if (row_.size() == 0) row_since_us_ = services_.env.clock.steady_us();
  row_.append(entity.id, position, run.input, run.config_reads, run.now_ms, run.message.tick);
  in_row_[entity.id] = position;
  store_later(services_.env.options.journal_ms);
}

void Journal::begin_anew(Entity& entity) {
  if (!entity.kind().journal) return;
  ++entity.host.position;
  parts_.write_behind.stage_entity(entity);
}

// A row that only deletes others can wait, and must not make the next inputs wait.
void Journal::store_later(std::uint32_t after_ms) {
  if (is_storing_) return;
  const std::int64_t due_us = services_.env.clock.steady_us() + std::int64_t{after_ms} * 1000;
  if (planned_ != 0 && planned_us_ <= due_us) return;
  if (planned_ != 0) services_.shard.cancel(planned_);
  planned_us_ = due_us;
  planned_ = services_.shard.after(after_ms, [this] { store_row(); });
}

// Inputs that came while the last row was stored have waited already.
std::uint32_t Journal::ms_left() const {
  if (in_row_.empty()) return services_.env.options.journal_ms;
  const std::int64_t waited_us = services_.env.clock.steady_us() - row_since_us_;
  const std::int64_t left_us = std::int64_t{services_.env.options.journal_ms} * 1000 - waited_us;
  return static_cast<std::uint32_t>(std::max<std::int64_t>(0, left_us + 999) / 1000);
}

void Journal::store_row() {
  planned_ = 0;
  Writes writes;
  std::uint64_t row = 0;
  const std::uint64_t count = row_.size();
  std::string inputs = row_.take();
  const std::uint64_t entities = in_row_.size();
  if (entities != 0) {
    row = services_.env.store.next_journal_row();
    rows_[row] = entities;
    for (const auto& [id, position] : in_row_) marks_[id].push_back({row, position});
    in_row_.clear();
    writes.journal.push_back({row, std::move(inputs)});
  }
  std::vector<std::uint64_t> done = std::exchange(done_, {});
  if (writes.journal.empty() && done.empty()) return;
  writes.journal_done = done;
  is_storing_ = true;
  const UnitId unit = services_.env.store.next_unit();
  services_.env.store.stage(
      unit,
      std::move(writes),
      services_.shard,
      [this, row, count, done = std::move(done)](const Result<>& result) mutable {
        is_storing_ = false;
        if (!result) on_row_lost(row, count, std::move(done));
        if (result && row != 0) inputs_.add(static_cast<double>(count));
        if (in_row_.empty() && done_.empty()) return;
        store_later(result ? ms_left() : kRowRetryMs);
      });
  services_.env.store.finish(unit);
}

void Journal::on_row_lost(std::uint64_t row,
                          std::uint64_t inputs,
                          std::vector<std::uint64_t> done) {
  std::ranges::move(done, std::back_inserter(done_));
  if (rows_.erase(row) == 0) return;
  lost_.add(static_cast<double>(inputs));
  const bool is_waiting = !gaps_.empty();
  for (const auto& [id, marks] : marks_) {
    if (std::ranges::find(marks, row, &Mark::row) != marks.end()) gaps_.insert(id);
  }
  if (!is_waiting && !gaps_.empty()) close_gaps_later();
}

// No later input of these entities can be replayed before their states are stored.
void Journal::close_gaps_later() {
  services_.shard.after(kRowRetryMs, [this] {
    std::erase_if(gaps_, [this](const EntityId& id) { return parts_.table.find(id) == nullptr; });
    if (gaps_.empty()) return;
    const auto next = std::ranges::find_if(
        gaps_, [this](const EntityId& id) { return may_be_staged(*parts_.table.find(id)); });
    if (next != gaps_.end()) parts_.write_behind.stage_entity(*parts_.table.find(*next));
    close_gaps_later();
  });
}

// The store takes writes again, so the other states are stored at once.
void Journal::close_gap(const EntityId& id) {
  if (gaps_.erase(id) == 0) return;
  for (const EntityId& other : std::exchange(gaps_, {})) {
    Entity* entity = parts_.table.find(other);
    if (entity != nullptr && may_be_staged(*entity)) parts_.write_behind.stage_entity(*entity);
  }
}

void Journal::on_stored(const EntityId& id, std::uint64_t position) {
  settle(id);
  close_gap(id);
  if (const auto found = in_row_.find(id); found != in_row_.end() && found->second <= position) {
    in_row_.erase(found);
  }
  const auto marks = marks_.find(id);
  if (marks == marks_.end()) return;
  while (!marks->second.empty() && marks->second.front().position <= position) {
    const auto row = rows_.find(marks->second.front().row);
    marks->second.pop_front();
    if (row == rows_.end() || --row->second != 0) continue;
    done_.push_back(row->first);
    rows_.erase(row);
  }
  if (marks->second.empty()) marks_.erase(marks);
  if (!done_.empty()) store_later(services_.env.options.write_behind_ms);
}

void Journal::on_erased(const EntityId& id) { on_stored(id, UINT64_MAX); }

// ---- Reading ----------------------------------------------------------------------------------

void Journal::recover(JournalInputs inputs, std::shared_ptr<RecoveredRows> rows) {
  recovered_ = std::move(inputs);
  recovered_rows_ = std::move(rows);
  for (const auto& [id, own] : recovered_) unsettled_.insert(id);
  settle({});
}

// When the last entity is settled, this shard needs the recovered rows no longer.
void Journal::settle(const EntityId& id) {
  if (recovered_rows_ == nullptr) return;
  unsettled_.erase(id);
  if (!unsettled_.empty()) return;
  const auto rows = std::exchange(recovered_rows_, nullptr);
  std::ranges::move(rows->take_when_last(), std::back_inserter(done_));
  if (!done_.empty()) store_later(services_.env.options.write_behind_ms);
}

void Journal::on_loaded(Entity& entity) {
  if (auto recovered = recovered_.extract(entity.id)) {
    replay(entity, recovered.mapped());
    parts_.write_behind.stage_entity(entity);
    return;
  }
  std::uint64_t last = 0;
  if (const auto marks = marks_.find(entity.id); marks != marks_.end()) {
    last = marks->second.back().position;
  }
  if (const auto row = in_row_.find(entity.id); row != in_row_.end()) last = row->second;
  if (last <= entity.host.position) return;
  entity.host.position = last + 1;
  parts_.write_behind.stage_entity(entity);
}

void Journal::replay(Entity& entity, std::vector<JournalInput>& inputs) {
  std::ranges::sort(inputs, {}, &JournalInput::position);
  std::uint64_t repeated = 0;
  Result<> outcome = success();
  auto next = std::ranges::upper_bound(inputs, entity.host.position, {}, &JournalInput::position);
  for (; next != inputs.end() && outcome; ++next) {
    if (next->position != entity.host.position + 1) {
      outcome = not_repeated("the state before it was not stored");
    } else {
      outcome = handle_again(entity, *next);
    }
    if (!outcome) break;
    ++repeated;
  }
  replayed_.add(static_cast<double>(repeated));
  if (outcome) return;
  const std::int64_t left = inputs.end() - next;
  lost_.add(static_cast<double>(left));
  services_.log.write(
      LogLevel::warn,
      "journal.stopped",
      LogContext(entity,
                 {{"replayed", repeated}, {"lost", left}, {"reason", outcome.error().detail}}));
  // Positions of inputs that are lost must not be used again.
  entity.host.position = inputs.back().position + 1;
}

Result<> Journal::handle_again(Entity& entity, JournalInput& journaled) {
  Input& input = journaled.input;
  if (input.trigger == abi::Trigger::rpc) input.handler = find_rpc(entity, journaled.handler);
  const int handler = parts_.runner.resolve(entity, input);
  if (handler < 0) return not_repeated("this version has no handler for it");
  if (input.trigger == abi::Trigger::timer && !parts_.timers.take_unfired(entity, input)) {
    return not_repeated("the entity has not set its timer");
  }
  RunPtr run = parts_.runner.take_run(*entity.generation, handler, std::move(input));
  run->entity = &entity;
  run->generator = &entity.host.generator;
  run->replaying = run->restoring = true;
  run->config_reads = std::move(journaled.config);
  parts_.runner.fill_message(*run);
  run->now_ms = run->message.now_ms = journaled.now_ms;
  run->message.tick = journaled.tick;
  if (run->input.trigger == abi::Trigger::tick) entity.host.tick = journaled.tick + 1;
  ++entity.runs;
  serai_status status = parts_.runner.enter(*run);
  if (status == SERAI_OK) {
    Undo::record(entity, *run);
    status = parts_.undo.remember(entity, *run, false);
  }
  if (status == SERAI_OK) {
    parts_.committer.apply_to_host_state(entity, *run);
    entity.host.position = journaled.position;
  }
  if (status == SERAI_PENDING) parts_.waits.drop_waits(*run);
  std::string reason =
      run->handler().name + " ends with status " + std::to_string(status) + " " + run->error_text;
  parts_.runner.recycle(std::move(run));
  if (status == SERAI_OK) return success();
  if (Result<> restored = parts_.undo.restore(entity); !restored) return restored;
  return not_repeated(std::move(reason));
}

}  // namespace serai::runtime
