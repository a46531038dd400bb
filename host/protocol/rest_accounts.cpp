#include <set>

#include "protocol/rest_handlers.hpp"
#include "protocol/validate.hpp"
#include "protocol/wire.hpp"

// The caller's own account, and the public side of others.
namespace serai::rest {
namespace {

using google::protobuf::StringValue;

struct ProfileField {
  const char* name;
  std::size_t chars_max;
  std::optional<std::string> AccountUpdate::*target;
};

Result<> take_text(const ProfileField& field,
                   bool given,
                   const StringValue& value,
                   AccountUpdate& update) {
  if (!given) return success();
  auto checked = check_profile_text(field.name, value.value(), field.chars_max);
  if (!checked) return checked;
  update.*field.target = value.value();
  return success();
}

Result<> take_username(const api::UpdateAccountRequest& request, AccountUpdate& update) {
  if (!request.has_username()) return success();
  auto checked = check_sent_username(request.username().value());
  if (checked) update.username = request.username().value();
  return checked;
}

Result<AccountUpdate> make_update(const api::UpdateAccountRequest& in) {
  AccountUpdate update;
  const Result<> taken[] = {
      take_username(in, update),
      take_text({"display name", 255, &AccountUpdate::display_name},
                in.has_display_name(),
                in.display_name(),
                update),
      take_text({"avatar URL", 512, &AccountUpdate::avatar_url},
                in.has_avatar_url(),
                in.avatar_url(),
                update),
      take_text(
          {"language tag", 18, &AccountUpdate::lang_tag}, in.has_lang_tag(), in.lang_tag(), update),
      take_text(
          {"location", 255, &AccountUpdate::location}, in.has_location(), in.location(), update),
      take_text(
          {"time zone", 255, &AccountUpdate::timezone}, in.has_timezone(), in.timezone(), update)};
  for (const auto& result : taken) {
    if (!result) return result.error();
  }
  if (update.lang_tag && update.lang_tag->empty()) {
    return {Errc::invalid_argument, "The language tag cannot be cleared"};
  }
  const bool any = update.username || update.display_name || update.avatar_url || update.lang_tag ||
                   update.location || update.timezone;
  if (!any) return {Errc::invalid_argument, "No fields to update"};
  return update;
}

// The wallet of the protocol is what the ledger says the player has.
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
  auto update = make_update(request);
  if (!update) return call->fail(update.error());
  update->now_s = call->now_s();
  const Uuid user = call->caller().user_id;
  IdentityService& identity = call->ports().identity;
  identity.update_account(
      user, std::move(*update), [call = std::move(call)](Result<Unit> result) mutable {
        if (result) return call->reply_empty();
        // A taken name is bad input here, unlike on creation.
        if (result.error().code == Errc::already_exists) {
          return call->fail(Errc::invalid_argument, result.error().detail);
        }
        call->fail(result.error());
      });
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
                           std::set<Uuid> shown;  // one user may be asked for by id and by name
                           for (const User& user : users) {
                             if (!shown.insert(user.id).second) continue;
                             to_wire(
                                 user, done.ports().sessions.is_online(user.id), *out.add_users());
                           }
                           done.reply(out);
                         }));
}

}  // namespace serai::rest
