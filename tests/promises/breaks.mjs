// Breaks of the promises of a swap. Each is an edit that makes the code wrong, and the tests that must then fail.
//
// promise   P1 to P10, or another promise
// broken    the wrong behaviour after the edit
// edits     [function, from, to]: in the function, `from` is replaced by `to`; `from` must be there exactly once
// notices   the ctest entries that must fail, all of them
export const breaks = [
  {
    promise: "P1",
    broken: "the players of a match are disconnected when it moves",
    edits: [["Mover::move_to", `  const std::uint32_t was_hz = from.tick_hz;
`, `  const std::uint32_t was_hz = from.tick_hz;
  Streams& streams = services_.streams();
  for (const Presence& one : streams.members(entity.stream())) streams.disconnect(one.user_id, "");
`]],
    notices: ["e2e_swap"],
  },
  {
    promise: "P2",
    broken: "the message that an entity moves for is lost",
    edits: [["Mailboxes::pump", "      if (parts_.mover.move(entity)) continue;", `      if (parts_.mover.move(entity)) {
        if (!entity.mailbox.empty()) entity.mailbox.pop_front();
        continue;
      }`]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P2",
    broken: "answers given before a move are forgotten: a retry is executed again",
    edits: [
      ["Idempotency::look_up_answer", "answer_scope(input.user_id, handler.name)", "answer_scope(input.user_id, handler.name + entity.generation->contract().version)"],
      ["Idempotency::ask_for_answer", "answer_scope(run.input.user_id, run.handler().name),", "answer_scope(run.input.user_id, run.handler().name + run.generation->contract().version),"],
    ],
    notices: ["unit_runtime"],
  },
  {
    promise: "P2",
    broken: "the writes of other entities for a cancelled handler are committed, and a retry repeats them",
    edits: [["Committer::evict", "if (entity.run->unit.id != 0) services_.env.store.abandon(entity.run->unit.id);", "if (entity.run->unit.is_root) services_.env.store.finish(entity.run->unit.id);"]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P3",
    broken: "an entity moves in the middle of a waiting call",
    edits: [["Mover::move_next", "  if (entity->phase() == Entity::Phase::ready &&", `  if (entity->phase() == Entity::Phase::waiting) move(*entity);
  if (entity->phase() == Entity::Phase::ready &&`]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P3",
    broken: "an entity takes its next message while a call of it waits",
    edits: [["Mailboxes::pump", "while (entity.phase() == Entity::Phase::ready &&", "while ((entity.phase() == Entity::Phase::ready || entity.phase() == Entity::Phase::waiting) &&"]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P4",
    broken: "after a failed import the entities that have moved do not move back",
    edits: [["SwapGate::move_all", "const std::optional<Error> stuck = switch_shards(*directory_, true, undone);", "const std::optional<Error> stuck; static_cast<void>(undone);"]],
    notices: ["unit_runtime", "e2e_faults"],
  },
  {
    promise: "P4",
    broken: "of two changed modules only the first is switched",
    edits: [["SwapStages::load_files", "  for (std::size_t i = 0; i < plan.changed.size(); ++i) {", "  for (std::size_t i = 0; i < std::min<std::size_t>(plan.changed.size(), running.modules.empty() ? 99 : 1); ++i) {"]],
    notices: ["e2e_swap"],
  },
  {
    promise: "P5",
    broken: "going back forgets an entity's timers",
    edits: [["Mover::become", "  if (entity.recorder != nullptr) entity.recorder->miss();", `  parts_.timers.disarm(entity);
  entity.host.timers.clear();
  if (entity.recorder != nullptr) entity.recorder->miss();`]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P5",
    broken: "the name of a refused release stays",
    edits: [["SwapMachine::refuse", "  refused_ = error;", `  refused_ = error;
  parts_.serving.live().release = swap.release.name;`]],
    notices: ["unit_modules", "e2e_faults"],
  },
  {
    promise: "P6",
    broken: "going back forgets the changes made under the new version",
    edits: [["Mover::put_back", "  if (before && entity.runs == entity.runs_before_switch) {", "  if (before) {"]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P7",
    broken: "settled code is never closed",
    edits: [["SharedLibrary::~SharedLibrary", "  if (!stays) ::dlclose(handle_);", "  if (stays && thread.empty()) ::dlclose(handle_);"]],
    notices: ["unit_modules", "e2e_swap"],
  },
  {
    promise: "P7",
    broken: "code is closed while a call is in it",
    edits: [["Retirement::check", "  if (is_used || !unused_) return;", `  static_cast<void>(is_used);
  if (!unused_) return;`]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P7",
    broken: "a thread that a module leaked is not looked for",
    edits: [["SharedLibrary::~SharedLibrary", "  const std::string thread = thread_inside(path_);", "  const std::string thread;"]],
    notices: ["unit_modules", "e2e_faults"],
  },
  {
    promise: "P8",
    broken: "a shard moves all its entities in one turn",
    edits: [
      ["Mover::move_slice", "    if (!parts_.barrier.is_up() && services_.env.clock.steady_us() >= until) break;", "    static_cast<void>(until);"],
      ["Mover::may_move", "  return moving_us_ <= passed / kShareOf + services_.env.options.migrate_slice_us;", "  return passed >= 0 || moving_us_ <= passed / kShareOf;"],
    ],
    notices: ["unit_runtime"],
  },
  {
    promise: "P9",
    broken: "code is mapped from the release's own file",
    edits: [
      ["struct VerifiedModule", "  abi::ModuleContract contract;\n", "  abi::ModuleContract contract;\n  std::string path;\n"],
      ["verify_release_module", "  return verify_declared_module(*std::move(bytes), module);", `  auto verified = verify_declared_module(*std::move(bytes), module);
  if (verified) verified->path = std::filesystem::absolute(release.folder / module.file).string();
  return verified;`],
      ["ModuleCache::put", "  if (Result<> written = write_file(path, module.bytes, 0500); !written) return written.error();", `  fs::remove(path, error);
  fs::create_symlink(module.path, path, error);`],
    ],
    notices: ["unit_modules", "e2e_swap"],
  },
  {
    promise: "P5",
    broken: "stored entities are not tried before the way back",
    edits: [["SwapGate::switch_directory", "  const Result<> can = stored_entities_.try_sleepers(*target);", "  const Result<> can = success();"]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P5",
    broken: "entities are unloaded between the check of the stored entities and the switch",
    edits: [["SwapGate::switch_directory", "  calls_.on_all([](ShardRuntime& shard) { shard.parts().mover.keep_awake(true); });\n", ""]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P6",
    broken: "a host that stops on probation and cannot go back forgets which release it runs",
    edits: [["SwapEngine::shut_down", `    if (!back) machine_.settle_now("the host stopped", Stage::committed);`, "    static_cast<void>(back);"]],
    notices: ["unit_modules", "e2e_crash"],
  },
  {
    promise: "P6",
    broken: "a timer whose handler failed, as on probation, is gone",
    edits: [["EntityTimers::retry",
      "  if (!give_up(entity, timer_id(input))) arm(entity, timer_id(input));",
      "  entity.host.timers.erase(timer_id(input));"]],
    notices: ["unit_runtime", "e2e_timers"],
  },
  {
    promise: "timers",
    broken: "a timer whose commit the disk refuses is tried again each second",
    edits: [["Committer::evict", "  parts_.timers.keep_tries(entity);\n", ""]],
    notices: ["unit_runtime"],
  },
  {
    promise: "P10",
    broken: "a swap requested during another one is forgotten",
    edits: [["SwapEngine::goes_back", "  if (digest_of(release) != digest_of(machine_.swap()->former)) return false;", "  if (digest_of(release) != digest_of(machine_.swap()->former)) return true;"]],
    notices: ["unit_modules"],
  },
  {
    promise: "P10",
    broken: "a swap goes on although storage cannot record it",
    edits: [["SwapMachine::note_attempt", "  if (!put)", "  if (!put && release.name.empty())"]],
    notices: ["e2e_flips"],
  },
  {
    promise: "P10",
    broken: "a host that stops waits for the rehearsal",
    edits: [["Probe::turn", "  if (options_.cancelled && options_.cancelled()) {", "  if (options_.cancelled && options_.cancelled() && decided_) {"]],
    notices: ["unit_modules"],
  },
  {
    promise: "load",
    broken: "other code that is mapped under the file's name is used in place of the file's",
    edits: [["SharedLibrary::open", "  if (loaded != build_id) {", "  if (loaded.empty()) {"]],
    notices: ["unit_modules"],
  },
  {
    promise: "stop",
    broken: "a host stops while another shard still owes a client its answer",
    edits: [
      ["ShardRuntime::is_busy", " || clients_.has_open() ||", " ||"],
      ["Runtime::stop", "  shut_down();\n  shut_down();  //", "  shut_down();  //"], // the second would wait as well
    ],
    notices: ["unit_runtime"],
  },
  {
    promise: "restart",
    broken: "a release counts as committed before its probation is over",
    edits: [["SwapMachine::commit", "  swap.former = std::exchange(parts_.serving.live(), std::move(next));", `  swap.former = std::exchange(parts_.serving.live(), std::move(next));
  static_cast<void>(parts_.serving.commit());`]],
    notices: ["unit_modules", "e2e_crash"],
  },
  {
    promise: "restart",
    broken: "a start that is killed while it reads the states that a crash left is the last to try",
    edits: [["kReadingsMax", "kReadingsMax = 3", "kReadingsMax = 1"]],
    notices: ["unit_modules", "e2e_kill_back"],
  },
  {
    promise: "rehearsal",
    broken: "a state that the way back changes is not noticed",
    edits: [["Rehearsal::go_back", "  if (differs.empty() || may_differ(live.name)) {", "  if (differs.size() < 100'000 || may_differ(live.name)) {"]],
    notices: ["unit_modules", "e2e_faults"],
  },
  {
    promise: "probation",
    broken: "the failures of the new version are not counted",
    edits: [["SwapMachine::watch", "    if (!worse.empty() && roll_back(", "    if (worse.size() > 100'000 && roll_back("]],
    notices: ["unit_modules", "e2e_faults"],
  },
  {
    promise: "probation",
    broken: "the times of the new version's handlers are not compared",
    edits: [["judge", "  return slower(now, former, limits);", "  return now.calls == 0 ? slower(now, former, limits) : std::string();"]],
    notices: ["unit_modules", "e2e_faults"],
  },
  {
    promise: "acknowledged",
    broken: "a call is answered before its commit is on disk",
    edits: [["Committer::commit", "  if (run->input.is_called()) run->input.answer(", "  if (run->input.is_called() || run->input.from_client) run->input.answer("]],
    notices: ["crash_sqlite"],
  },
  {
    promise: "acknowledged",
    broken: "the answer for retries is not stored: after a crash a retry is executed again",
    edits: [["Committer::add_effects", "    writes.answers.push_back(std::move(answer));", "    static_cast<void>(writes.answers);"]],
    notices: ["crash_sqlite"],
  },
  {
    promise: "acknowledged",
    broken: "a stored message that was handled stays, and is handled again after a crash",
    edits: [["Committer::add_effects", "  if (run.input.outbox_id != 0) writes.outbox_done.push_back(run.input.outbox_id);\n", ""]],
    notices: ["crash_sqlite"],
  },
  {
    promise: "acknowledged",
    broken: "a transfer changes the balances twice",
    edits: [["write_transfers", "    balances.add(account, change.delta,", "    balances.add(account, 2 * change.delta,"]],
    notices: ["crash_sqlite"],
  },
  {
    promise: "journal",
    broken: "the inputs of a match are not stored",
    edits: [["Journal::note", "  row_.append(entity.id, position, run.input, run.config_reads, run.now_ms, run.message.tick);\n  in_row_[entity.id] = position;\n", "  static_cast<void>(position);\n"]],
    notices: ["crash_sqlite", "unit_runtime"],
  },
  {
    promise: "journal",
    broken: "the inputs of a match are not handled again after a crash",
    edits: [["Journal::on_loaded", "    replay(entity, recovered.mapped());\n", ""]],
    notices: ["crash_sqlite", "unit_runtime"],
  },
  {
    promise: "journal",
    broken: "after an outage of the database no state is stored at once",
    edits: [["Journal::on_row_lost", "  if (!is_waiting && !gaps_.empty()) close_gaps_later();", "  static_cast<void>(is_waiting);"]],
    notices: ["unit_runtime"],
  },
];
