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

// The account of a reply, and the part of its wallet that has been read.
struct AccountView {
  Account account;
  std::vector<Purse> left;
  std::string wallet;  // members of a JSON object
};

// Reads the player's purses in the ledger, one behind the other, then replies with the account.
void show_with_wallet(RestCallPtr call, AccountView view) {
  if (view.left.empty()) {
    api::Account out;
    to_wire(view.account, call->ports().sessions.is_online(view.account.user.id), out);
    out.set_wallet("{" + view.wallet + "}");
    return call->reply(out);
  }
  const Purse purse = std::move(view.left.front());
  view.left.erase(view.left.begin());
  view.wallet += (view.wallet.empty() ? "\"" : ",\"") + purse.currency + "\":";
  std::string account = purse.prefix + view.account.user.id.text();
  const RestApiPorts& ports = call->ports();
  ports.ledger.balance(
      std::move(account),
      ports.where,
      [call = std::move(call), view = std::move(view)](Result<std::int64_t> balance) mutable {
        if (!balance) return call->fail(balance.error());
        view.wallet += std::to_string(*balance);
        show_with_wallet(std::move(call), std::move(view));
      });
}

}  // namespace

void get_account(RestCallPtr call, const Nothing&) {
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  identity.get_account(user, [call = std::move(call)](Result<Account> account) mutable {
    if (!account) return call->fail(account.error());
    std::vector<Purse> purses = call->ports().game.purses();
    show_with_wallet(std::move(call), {*std::move(account), std::move(purses), {}});
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
