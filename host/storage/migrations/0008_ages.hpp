// Migration 8: the age of messages and of journal rows, so that those which nobody takes are
// deleted some day. Rows of before have none; the store gives them its own time at its start.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kAges{8,
                                 "ages",
                                 R"sql(
ALTER TABLE outbox ADD COLUMN created_ms {int} NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN created_ms {int} NOT NULL DEFAULT 0;
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens(expires_s);
)sql",
                                 R"sql(
DROP INDEX revoked_tokens_by_expiry;
ALTER TABLE journal DROP COLUMN created_ms;
ALTER TABLE outbox DROP COLUMN created_ms;
)sql"};

}  // namespace serai::storage
