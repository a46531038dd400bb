// SQL for entities and the data that is committed with them: answers, outbox, transfers.
//
// Units   arguments that end in _ms are milliseconds since 1970.
// Errors  an error of the Db stays in the Db, and the result is then meaningless.
// Thread  that of the Db.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "ports/store.hpp"
#include "storage/commit_queue.hpp"
#include "storage/db.hpp"

namespace serai::storage {

std::optional<StoredEntity> load_entity(Db& db, const EntityId& id);
std::vector<EntityId> list_entities(Db& db, const EntityQuery& wanted);

// Writes all parts in their order. Of several writes of one entity only the last is written.
// `next_transfer` is the number of the next ledger transfer, and is counted up.
void write_parts(Db& db,
                 const std::vector<UnitPart>& parts,
                 std::int64_t now_ms,
                 std::uint64_t& next_transfer);

std::optional<IdempotentAnswer> find_answer(Db& db,
                                            const std::string& scope,
                                            const std::string& key,
                                            std::int64_t created_after_ms);
// Each deletes those of the 500 oldest rows that were written before `created_ms`, and returns
// their number. purge_outbox() adds to the number of messages by kind and handler.
std::uint64_t purge_answers(Db& db, std::int64_t created_ms);
using TargetCounts = std::map<std::pair<std::string, std::string>, std::uint64_t>;
std::uint64_t purge_outbox(Db& db, std::int64_t created_ms, TargetCounts& targets);
std::uint64_t purge_journal(Db& db, std::int64_t created_ms);
// Gives messages and journal rows without a time this one.
void stamp_ages(Db& db, std::int64_t now_ms);
std::vector<OutboxMessage> pending_outbox(Db& db);
std::vector<JournalRow> journal_rows(Db& db);

}  // namespace serai::storage
