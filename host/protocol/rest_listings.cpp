#include "protocol/rest_listings.hpp"

#include "protocol/validate.hpp"
#include "protocol/wire.hpp"

namespace serai::protocol::rest {
namespace {

Result<std::optional<std::uint32_t>> make_size(bool given, std::int32_t value) {
  if (!given) return std::optional<std::uint32_t>();
  if (value >= 0) return std::optional(static_cast<std::uint32_t>(value));
  return {Errc::invalid_argument, "Match sizes cannot be negative"};
}

Result<MatchFilter> make_filter(const api::ListMatchesRequest& in) {
  MatchFilter filter;
  const auto limit = check_limit(in.has_limit(), in.limit(), {100, 10});
  if (!limit) return limit.error();
  filter.limit = *limit;
  const auto least = make_size(in.has_min_size(), in.min_size().value());
  if (!least) return least.error();
  const auto most = make_size(in.has_max_size(), in.max_size().value());
  if (!most) return most.error();
  filter.min_size = *least;
  filter.max_size = *most;
  if (filter.min_size && filter.max_size && *filter.min_size > *filter.max_size) {
    return {Errc::invalid_argument, "min_size cannot be above max_size"};
  }
  if (in.has_label()) filter.label = in.label().value();
  const bool only_relayed = in.has_authoritative() && !in.authoritative().value();
  if (only_relayed && (in.has_label() || in.has_query())) {
    return {Errc::invalid_argument, "Relayed matches have no label to search by"};
  }
  if (in.has_query() && !in.query().value().empty() && in.query().value() != "*") {
    return {Errc::unimplemented, "Match queries are not offered by this server: use label"};
  }
  return filter;
}

void add_authoritative(const MatchListing& listing, api::MatchList& out) {
  api::Match& match = *out.add_matches();
  match.set_match_id(listing.match.text());
  match.set_authoritative(true);
  match.mutable_label()->set_value(listing.label);
  match.set_size(static_cast<std::int32_t>(listing.size));
  match.set_tick_rate(static_cast<std::int32_t>(listing.tick_rate));
  match.set_handler_name(listing.handler_name);
}

// Adds relayed matches to `out`, up to filter.limit matches in all, and replies.
void reply_with_relayed(RestCallPtr call, RelayedFilter filter, api::MatchList out) {
  filter.limit -= static_cast<std::uint32_t>(out.matches_size());
  if (filter.limit == 0) return call->reply(out);
  Sessions& sessions = call->ports().sessions;
  sessions.match_list(
      filter,
      answer_to<std::vector<RelayedListing>>(
          std::move(call),
          [out = std::move(out)](RestCall& done, const std::vector<RelayedListing>& found) mutable {
            for (const RelayedListing& listing : found) {
              api::Match& match = *out.add_matches();
              match.set_match_id(listing.match.text());
              match.set_size(static_cast<std::int32_t>(listing.size));
            }
            done.reply(out);
          }));
}

}  // namespace

void list_notifications(RestCallPtr call, const api::ListNotificationsRequest& request) {
  const auto limit = check_limit(request.has_limit(), request.limit(), {100, 1});
  if (!limit) return call->fail(limit.error());
  RestApiPorts& ports = call->ports();
  const Uuid user = call->caller().user_id;
  ports.notifications.list_notifications(
      user,
      *limit,
      request.cacheable_cursor(),
      ports.where,
      answer_to<NotificationPage>(std::move(call),
                                  [](RestCall& done, const NotificationPage& page) {
                                    api::NotificationList out;
                                    for (const Notification& notification : page.notifications) {
                                      to_wire(notification, *out.add_notifications());
                                    }
                                    out.set_cacheable_cursor(page.cursor);
                                    done.reply(out);
                                  }));
}

void delete_notifications(RestCallPtr call, const api::DeleteNotificationsRequest& request) {
  std::vector<Uuid> ids;
  for (const std::string& text : request.ids()) {
    if (const auto id = Uuid::parse(text)) ids.push_back(*id);
  }
  if (ids.empty()) return call->reply_empty();
  RestApiPorts& ports = call->ports();
  const Uuid user = call->caller().user_id;
  ports.notifications.delete_notifications(
      user, std::move(ids), ports.where, empty_answer(std::move(call)));
}

void list_matches(RestCallPtr call, const api::ListMatchesRequest& request) {
  auto filter = make_filter(request);
  if (!filter) return call->fail(filter.error());
  const RelayedFilter relayed{filter->limit, filter->min_size, filter->max_size};
  const bool either = !request.has_authoritative();
  if (!either && !request.authoritative().value()) {
    return reply_with_relayed(std::move(call), relayed, {});
  }
  // Relayed matches have no label, so a search by label or query finds none of them.
  const bool add_relayed = either && !request.has_label() && !request.has_query();
  Game& game = call->ports().game;
  auto reply = [relayed, add_relayed](RestCallPtr done, const std::vector<MatchListing>& listings) {
    api::MatchList out;
    for (const MatchListing& listing : listings) add_authoritative(listing, out);
    if (!add_relayed) return done->reply(out);
    reply_with_relayed(std::move(done), relayed, std::move(out));
  };
  game.match_list(std::move(*filter),
                  [call = std::move(call), reply](Result<std::vector<MatchListing>> found) mutable {
                    if (!found) return call->fail(found.error());
                    reply(std::move(call), *found);
                  });
}

}  // namespace serai::protocol::rest
