#include "protocol/rest_accounts.hpp"

#include <optional>
#include <set>

#include "protocol/validate.hpp"
#include "protocol/wire.hpp"

namespace serai::protocol::rest {
namespace {

using google::protobuf::StringValue;

std::optional<std::string> text_of(bool given, const StringValue& value) {
  return given ? std::optional(value.value()) : std::nullopt;
}

AccountUpdate make_update(const api::UpdateAccountRequest& in) {
  AccountUpdate update;
  update.username = text_of(in.has_username(), in.username());
  update.display_name = text_of(in.has_display_name(), in.display_name());
  update.avatar_url = text_of(in.has_avatar_url(), in.avatar_url());
  update.lang_tag = text_of(in.has_lang_tag(), in.lang_tag());
  update.location = text_of(in.has_location(), in.location());
  update.timezone = text_of(in.has_timezone(), in.timezone());
  return update;
}

// Replies with the account. Its wallet shows the player's balance in the ledger.
void show_with_wallet(RestCallPtr call, Account account) {
  const RestApiPorts& ports = call->ports();
  std::string purse = "player:" + account.user.id.text();
  auto show = [account = std::move(account)](RestCall& done, std::int64_t gold) {
    api::Account out;
    to_wire(account, done.ports().sessions.is_online(account.user.id), out);
    out.set_wallet("{\"gold\":" + std::to_string(gold) + "}");
    done.reply(out);
  };
  ports.ledger.balance(
      std::move(purse), ports.where, answer_to<std::int64_t>(std::move(call), std::move(show)));
}

}  // namespace

void get_account(RestCallPtr call, const Nothing&) {
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  identity.get_account(user, [call = std::move(call)](Result<Account> account) mutable {
    if (!account) return call->fail(account.error());
    show_with_wallet(std::move(call), *std::move(account));
  });
}

void update_account(RestCallPtr call, const api::UpdateAccountRequest& request) {
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  identity.update_account(user, make_update(request), empty_answer(std::move(call)));
}

void delete_account(RestCallPtr call, const Nothing&) {
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  identity.delete_account(user, empty_answer(std::move(call)));
}

void get_users(RestCallPtr call, const api::GetUsersRequest& request) {
  std::set<Uuid> ids;
  for (const std::string& text : request.ids()) {
    const auto id = parse_id(text, "user ID");
    if (!id) return call->fail(id.error());
    ids.insert(*id);
  }
  const std::set<std::string> names(request.usernames().begin(), request.usernames().end());
  if (ids.empty() && names.empty()) return call->reply_empty();
  IdentityService& identity = call->ports().identity;
  identity.get_users({ids.begin(), ids.end()},
                     {names.begin(), names.end()},
                     answer_to<std::vector<User>>(
                         std::move(call), [](RestCall& done, const std::vector<User>& users) {
                           api::Users out;
                           std::set<Uuid> shown;  // users may be requested by id and name
                           for (const User& user : users) {
                             if (!shown.insert(user.id).second) continue;
                             to_wire(
                                 user, done.ports().sessions.is_online(user.id), *out.add_users());
                           }
                           done.reply(out);
                         }));
}

}  // namespace serai::protocol::rest
