#include "runtime/execution/waits.hpp"

#include <algorithm>
#include <utility>

#include "runtime/shard_parts.hpp"

namespace serai::runtime {

std::uint64_t Waits::add_wait(Run& run, std::uint64_t token, std::uint32_t deadline_ms) {
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
    wait.deadline = services_.shard.after(deadline_ms, give_up);
  }
  run.waits.push_back(wait);
  return wait.sequence;
}

void Waits::drop_waits(Run& run) {
  for (const Wait& wait : run.waits) {
    // At shutdown another thread runs this, and the shard has ended together with its timers.
    if (wait.deadline != 0 && services_.shard.is_current()) services_.shard.cancel(wait.deadline);
  }
  run.waits.clear();
  waiting_.erase(run.id);
}

void Waits::complete(std::uint64_t run_id, std::uint64_t sequence, Errc code, std::string payload) {
  const auto found = waiting_.find(run_id);
  if (found == waiting_.end()) return;
  Run* waiting = found->second;
  const auto wait = std::ranges::find(waiting->waits, sequence, &Wait::sequence);
  if (wait == waiting->waits.end()) return;
  if (wait->deadline != 0) services_.shard.cancel(wait->deadline);
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
    waiting->entity->enter(Entity::Phase::ready);
    parts_.mailboxes.begin_work(*waiting->entity);  // no message is handled before the run returns
  } else {
    run = parts_.runner.take_stateless(run_id);
  }
  const serai_status status = parts_.runner.reenter(*run, completion);
  parts_.runner.after_handler(std::move(run), status);
  if (Entity* entity = id.kind.empty() ? nullptr : parts_.table.find(id)) {
    parts_.mailboxes.end_work(*entity);
  }
}

}  // namespace serai::runtime
