// SQL for entities and what is committed with them: answers, outbox, ledger.
//
// Errors  those of the Db stay in the Db; the result is then meaningless.
// Thread  that of the Db.
#pragma once

#include <optional>
#include <vector>

#include "ports/store.hpp"
#include "storage/commit_queue.hpp"
#include "storage/db.hpp"
#include "storage/ledger_book.hpp"

namespace serai::storage {

std::optional<EntityRecord> load_entity(Db& db, const EntityId& id);
std::vector<EntityId> list_entities(Db& db, const EntityQuery& wanted);

// Writes all parts, in their order; of several writes of one entity only the last.
void write_parts(Db& db, const std::vector<UnitPart>& parts, std::int64_t now_ms);

std::optional<IdempotentAnswer> find_answer(Db& db,
                                            const std::string& scope,
                                            const std::string& key,
                                            std::int64_t created_after_ms);
// Deletes some answers made before `created_ms`; true when there may be more.
bool purge_answers(Db& db, std::int64_t created_ms);
std::vector<OutboxMessage> pending_outbox(Db& db);

class SqlLedger final : public LedgerDisk {
 public:
  explicit SqlLedger(Db& db) : db_(db) {}
  std::int64_t balance(const std::string& account) override;
  std::optional<std::vector<LedgerEntry>> transfer(const std::string& idem_key) override;

 private:
  Db& db_;
};

// data_loss names the first account or transfer that breaks a rule of the ledger.
Result<> audit_ledger(Db& db);

}  // namespace serai::storage
