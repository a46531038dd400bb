// Migration 7: the journal of entities' inputs.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kJournal{7,
                                    "journal",
                                    R"sql(
CREATE TABLE journal(
  id {id},
  inputs {bytes} NOT NULL
);
)sql",
                                    R"sql(
DROP TABLE journal;
)sql"};

}  // namespace serai::storage
