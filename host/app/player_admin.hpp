// PlayerAdmin: exports, imports and erases one player for an operator, while the host runs.
//
// Errors  invalid_argument: an id or a path is malformed, or a line of the file is wrong.
//         not_found: there is no such player or file. already_exists: the file, or what an import
//         would write. failed_precondition, unimplemented, data_loss: the release that serves has
//         no use for a line. unavailable: the store, or an entity that stays busy; call it again.
// Thread  any but a shard's; blocks.
// Owner   borrows its parts, which outlive it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "runtime/runtime.hpp"
#include "session/layer.hpp"
#include "storage/sql_store.hpp"

namespace serai::app {

class PlayerAdmin {
 public:
  PlayerAdmin(storage::SqlStore& store,
              runtime::Runtime& runtime,
              session::SessionLayer& sessions,
              runtime::Shards& shards,
              Log log)
      : store_(store), runtime_(runtime), sessions_(sessions), shards_(shards), log_(log) {}

  // Each returns its numbers as JSON.
  Result<std::string> export_player(const std::string& user_id, const std::string& file);
  Result<std::string> import_player(const std::string& file);
  // Deletes the account as the player could (see IdentityService), then the entities, and moves
  // the money to "sink". May be called again when it was broken off.
  Result<std::string> erase_player(const std::string& user_id);

 private:
  using Paid = std::vector<std::pair<std::string, std::int64_t>>;  // currency, amount

  storage::PlayerScope scope_of(const Uuid& user) const;
  Result<> delete_account(const Uuid& user);
  Result<std::size_t> erase_entities(const storage::PlayerScope& scope);
  Result<Paid> empty_purses(const Uuid& user);

  storage::SqlStore& store_;
  runtime::Runtime& runtime_;
  session::SessionLayer& sessions_;
  runtime::Shards& shards_;
  Log log_;
};

}  // namespace serai::app
