#include "app/player_admin.hpp"

#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

namespace serai::app {
namespace {

using nlohmann::ordered_json;

// A player has a handful of entities. While they are erased, calls that have begun before may make
// new ones, so they are looked for again.
constexpr int kRoundsMax = 10;
constexpr std::size_t kErasedAtOnce = 1'000;

std::string text(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Result<Uuid> parse_user(const std::string& text) {
  const auto user = Uuid::parse(text);
  if (user && !user->is_nil()) return *user;
  return Error{Errc::invalid_argument, "\"" + text + "\" is not the id of a player"};
}

Result<> check_path(const std::string& file) {
  if (file.starts_with('/')) return success();
  return {Errc::invalid_argument, "the path of the file must be absolute"};
}

storage::OwnedKind owned_kind(const runtime::PlayerKind& kind) {
  storage::OwnedKind owned;
  owned.kind = kind.kind;
  owned.owner_of = [kind](std::string_view state) {
    return kind.transcoder->field(kind.state, kind.owner, state);
  };
  owned.as_json = [kind](const StoredEntity& stored) -> std::string {
    if (stored.schema != kind.schema) return {};
    auto json = kind.transcoder->to_json(kind.state, stored.state);
    return json ? *std::move(json) : std::string();
  };
  return owned;
}

ordered_json print(const storage::PlayerRows& counts) {
  return {{"objects", counts.objects},
          {"notifications", counts.notifications},
          {"entities", counts.entities},
          {"answers", counts.answers},
          {"transfers", counts.transfers}};
}

}  // namespace

storage::PlayerScope PlayerAdmin::scope_of(const Uuid& user) const {
  storage::PlayerScope scope;
  scope.user = user;
  const runtime::PlayerContract contract = runtime_.player_entities().contract();
  for (const runtime::PlayerKind& kind : contract.kinds) {
    if (kind.transcoder != nullptr) scope.kinds.push_back(owned_kind(kind));
  }
  for (const Purse& purse : contract.purses) scope.purse_prefixes.push_back(purse.prefix);
  return scope;
}

Result<std::string> PlayerAdmin::export_player(const std::string& user_id,
                                               const std::string& file) {
  const auto user = parse_user(user_id);
  if (!user) return user.error();
  if (auto good = check_path(file); !good) return good.error();
  // So that the file has everything that the player did before this call.
  runtime_.player_entities().wait_for_write_behind();
  if (auto flushed = store_.flush(); !flushed) return flushed.error();
  const auto counts = store_.export_player(scope_of(*user), file);
  if (!counts) return counts.error();
  log_.info("player.exported", {{"player_id", user->text()}});
  ordered_json answer = {{"user_id", user->text()}, {"file", file}};
  answer.update(print(*counts));
  return text(answer);
}

Result<std::string> PlayerAdmin::import_player(const std::string& file) {
  if (auto good = check_path(file); !good) return good.error();
  // First everything that needs modules, because the import itself runs inside the store.
  const auto readable =
      storage::read_player_file(file, [this](const storage::PlayerLine& line) -> Result<> {
        const auto* entity = std::get_if<storage::EntityLine>(&line);
        return entity == nullptr ? success() : runtime_.player_entities().check(entity->stored);
      });
  if (!readable) return readable.error();
  const auto imported = store_.import_player(scope_of({}), file);
  if (!imported) return imported.error();
  runtime_.player_entities().wake(imported->entities);
  log_.info("player.imported", {{"player_id", imported->user.text()}});
  ordered_json paid = ordered_json::object();
  for (const storage::PurseLine& purse : imported->paid) paid[purse.account] = purse.balance;
  ordered_json answer = {
      {"user_id", imported->user.text()}, {"username", imported->username}, {"file", file}};
  answer.update(print(imported->counts));
  answer["paid"] = std::move(paid);
  return text(answer);
}

// The account is deleted on a shard, by the same code as for a player's own request.
Result<> PlayerAdmin::delete_account(const Uuid& user) {
  auto answered = std::make_shared<std::promise<Result<>>>();
  auto outcome = answered->get_future();
  shards_.at(0).post([this, user, answered] {
    sessions_.identity(0).delete_account(
        user, [answered](Result<> deleted) { answered->set_value(std::move(deleted)); });
  });
  return outcome.get();
}

Result<std::size_t> PlayerAdmin::erase_entities(const storage::PlayerScope& scope) {
  std::size_t erased = 0;
  for (int round = 0; round < kRoundsMax; ++round) {
    runtime_.player_entities().wait_for_write_behind();
    if (auto flushed = store_.flush(); !flushed) return flushed.error();
    const auto ids = store_.owned_entities(scope, kErasedAtOnce);
    if (!ids) return ids.error();
    if (ids->empty()) return erased;
    if (auto done = runtime_.player_entities().erase(*ids); !done) return done.error();
    erased += ids->size();
  }
  return Error{Errc::unavailable, "the player's entities are made again and again: try again"};
}

Result<PlayerAdmin::Paid> PlayerAdmin::empty_purses(const Uuid& user) {
  Paid paid;
  for (const Purse& purse : runtime_.player_entities().contract().purses) {
    const auto moved = store_.empty_purse(purse.prefix + user.text(), "player.erase");
    if (!moved) return moved.error();
    if (*moved != 0) paid.emplace_back(purse.currency, *moved);
  }
  return paid;
}

Result<std::string> PlayerAdmin::erase_player(const std::string& user_id) {
  const auto user = parse_user(user_id);
  if (!user) return user.error();
  const auto known = store_.knows_user(*user);
  if (!known) return known.error();
  if (auto deleted = delete_account(*user); !deleted) return deleted.error();
  const auto erased = erase_entities(scope_of(*user));
  if (!erased) return erased.error();
  const auto paid = empty_purses(*user);
  if (!paid) return paid.error();
  // Once more, because calls that ended meanwhile may have stored answers and notifications.
  if (auto deleted = delete_account(*user); !deleted) return deleted.error();
  if (!*known && *erased == 0 && paid->empty()) {
    return Error{Errc::not_found, "there is no player " + user->text()};
  }
  log_.info("player.erased", {{"player_id", user->text()}, {"entities", *erased}});
  ordered_json to_sink = ordered_json::object();
  for (const auto& [currency, amount] : *paid) to_sink[currency] = amount;
  return text({{"user_id", user->text()}, {"entities", *erased}, {"to_sink", std::move(to_sink)}});
}

}  // namespace serai::app
