#include "runtime/match/matches.hpp"

#include <algorithm>
#include <utility>

#include "base/wire_bytes.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

void put_field(WireWriter& out, std::uint64_t number, std::string_view value) {
  out.number(number << 3 | 2);  // Protobuf wire type 2: length-delimited
  out.text(value);
}

// serai.JoinMetadata { map<string, string> metadata = 1; }
std::string join_metadata(const std::map<std::string, std::string>& metadata) {
  WireWriter out;
  for (const auto& [name, value] : metadata) {
    WireWriter entry;
    put_field(entry, 1, name);
    put_field(entry, 2, value);
    put_field(out, 1, entry.bytes());
  }
  return out.take();
}

EntityId entity_of(const MatchId& match) { return {match.kind, match.key}; }

bool has_user(const std::vector<Presence>& members, const Uuid& user) {
  return std::ranges::find(members, user, &Presence::user_id) != members.end();
}

}  // namespace

void Matches::join(MatchJoinRequest request, Callback<MatchJoined> answer) {
  const KindRoute* route =
      services_.directory == nullptr ? nullptr : services_.directory->kind(request.match.kind);
  if (route == nullptr || !route->generation->kind(route->kind_index).match) {
    answer(Error{Errc::not_found, "Match not found"});
    return;
  }
  Streams& streams = services_.streams();
  const StreamId stream = request.match.stream();
  std::vector<Presence> members = streams.members(stream);
  const EntityId id = entity_of(request.match);
  if (streams.contains(stream, request.presence.session_id)) {
    const Entity* entity = parts_.table.find(id);
    answer(MatchJoined{entity == nullptr ? "" : entity->host.label, std::move(members)});
    return;
  }
  const std::uint32_t players_max = route->generation->kind(route->kind_index).players_max;
  if (players_max != 0 && members.size() >= players_max &&
      !has_user(members, request.presence.user_id)) {
    answer(Error{Errc::permission_denied,
                 "Match is full: at most " + std::to_string(players_max) + " players"});
    return;
  }
  ask_handler(std::move(request), std::move(answer));
}

// A session may have only one join of a match under way. When the handler accepts a join too late,
// a leave undoes it, and that leave must not end a second join of the session.
void Matches::ask_handler(MatchJoinRequest request, Callback<MatchJoined> answer) {
  const EntityId id = entity_of(request.match);
  const auto [joining, is_first] =
      joining_.try_emplace({id, request.presence.session_id}, Joining{});
  if (!is_first) {
    answer(
        Error{Errc::resource_exhausted, "You are still joining this match: wait for the answer"});
    return;
  }
  joining->second.answer = std::move(answer);
  joining->second.deadline_us = services_.env.clock.steady_us() +
                                std::int64_t{services_.env.options.client_deadline_ms} * 1000;
  Input input;
  input.trigger = abi::Trigger::join;
  input.payload = join_metadata(request.metadata);
  input.user_id = request.presence.user_id;
  input.username = request.presence.username;
  input.session_id = request.presence.session_id;
  input.trace_id = request.trace_id;
  input.reply = [this, match = std::move(request.match), presence = std::move(request.presence)](
                    Outcome outcome) { on_verdict(match, presence, std::move(outcome)); };
  parts_.mailboxes.deliver(id, std::move(input));
}

void Matches::on_verdict(const MatchId& match, const Presence& presence, Outcome outcome) {
  const auto joining = joining_.find({entity_of(match), presence.session_id});
  SERAI_ASSERT(joining != joining_.end());
  Callback<MatchJoined> answer = std::exchange(joining->second.answer, nullptr);
  if (!answer && outcome.ok()) {
    take_back(match, presence);
    return;
  }
  joining_.erase(joining);
  if (!answer) return;
  if (outcome.ok()) {
    let_in(match, presence, std::move(answer));
    return;
  }
  const bool refused = outcome.code != Errc::not_found && outcome.code != Errc::unavailable &&
                       outcome.code != Errc::resource_exhausted;
  answer(Error{refused ? Errc::permission_denied : outcome.code, std::move(outcome.payload)});
}

void Matches::let_in(const MatchId& match, const Presence& presence, Callback<MatchJoined> answer) {
  Streams& streams = services_.streams();
  const StreamId stream = match.stream();
  MatchJoined joined;
  joined.others = streams.members(stream);
  if (const Entity* entity = parts_.table.find(entity_of(match))) joined.label = entity->host.label;
  answer(std::move(joined));
  streams.join(stream, presence);
}

// The handler has accepted a player whose join was refused as too late before. A leave for that
// player undoes it. The leave is posted, because the entity still works on the join.
void Matches::take_back(const MatchId& match, const Presence& presence) {
  services_.shard.post([this, match, presence] {
    joining_.erase({entity_of(match), presence.session_id});
    on_left(match, presence);
  });
}

void Matches::refuse_late() {
  std::vector<Callback<MatchJoined>> late;
  for (auto& [key, joining] : joining_) {
    if (!joining.answer || joining.deadline_us > services_.env.clock.steady_us()) continue;
    late.push_back(std::exchange(joining.answer, nullptr));
  }
  for (Callback<MatchJoined>& answer : late) {
    answer(Error{Errc::deadline_exceeded,
                 "The match did not answer within " +
                     std::to_string(services_.env.options.client_deadline_ms) + " ms, try again"});
  }
}

void Matches::leave(const MatchId& match, const Uuid& session_id) {
  Streams& streams = services_.streams();
  const StreamId stream = match.stream();
  for (const Presence& member : streams.members(stream)) {
    if (member.session_id != session_id) continue;
    streams.leave(stream, session_id, LeaveReason::leave);
    on_left(match, member);
    return;
  }
}

void Matches::on_left(const MatchId& match, const Presence& presence) {
  const EntityId id = entity_of(match);
  if (parts_.table.find(id) == nullptr) return;  // the match has ended
  Input input;
  input.trigger = abi::Trigger::leave;
  input.user_id = presence.user_id;
  input.username = presence.username;
  input.session_id = presence.session_id;
  parts_.mailboxes.deliver(id, std::move(input));
}

void Matches::kick(Entity& entity, const Uuid& session_id) {
  Streams& streams = services_.streams();
  const StreamId stream = entity.stream();
  for (const Presence& member : streams.members(stream)) {
    if (member.session_id != session_id) continue;
    streams.leave(stream, session_id, LeaveReason::kicked);
    services_.shard.post([this, match = MatchId::of(stream), member] { on_left(match, member); });
    return;
  }
}

struct Matches::DataSender {
  Uuid user_id;
  Uuid session_id;
  std::int64_t op_code = 0;
  std::uint32_t shard = 0;  // the shard of the socket
};

void Matches::on_data(MatchInput data) {
  const Streams& streams = services_.streams();
  if (!streams.contains(data.match.stream(), data.sender.session_id)) {
    services_.dead_letters.count(DeadLetter::data_of_outsider);
    services_.log.debug("message.dead_letter",
                        {{"why", name_of(DeadLetter::data_of_outsider)},
                         {"match_id", data.match.text()},
                         {"player_id", data.sender.user_id.text()},
                         {"op_code", data.op_code}});
    return;
  }
  Input input;
  input.trigger = abi::Trigger::data;
  input.op_code = data.op_code;
  input.payload = std::move(data.data);
  input.from_client = true;
  input.user_id = data.sender.user_id;
  input.username = std::move(data.sender.username);
  input.session_id = data.sender.session_id;
  input.trace_id = data.trace_id;
  // A DataSender instead of the Presence: it fits into the callback without an allocation.
  const DataSender sender{input.user_id, input.session_id, input.op_code, data.sender.shard};
  input.reply = [this, sender](const Outcome& outcome) {
    if (!outcome.ok()) refuse_data(sender, outcome);
  };
  parts_.mailboxes.deliver(entity_of(data.match), std::move(input));
}

void Matches::refuse_data(const DataSender& sender, const Outcome& outcome) {
  const DeadLetter why =
      outcome.code == Errc::unimplemented ? DeadLetter::data_unhandled : DeadLetter::data_refused;
  services_.dead_letters.count(why);
  services_.log.debug("message.dead_letter",
                      {{"why", name_of(why)},
                       {"player_id", sender.user_id.text()},
                       {"op_code", sender.op_code},
                       {"code", outcome.code},
                       {"error", outcome.payload}});
  services_.streams().refuse_match_data({sender.session_id, sender.shard},
                                        {outcome.code, outcome.payload});
}

std::vector<MatchListing> Matches::list(const MatchFilter& filter) const {
  std::vector<MatchListing> out;
  const Streams& streams = services_.streams();
  for (const auto& [id, entity] : parts_.table.all()) {
    if (entity->state == nullptr || entity->phase() == Entity::Phase::ending ||
        !entity->kind().match)
      continue;
    if (filter.label && entity->host.label != *filter.label) continue;
    const std::uint32_t size = streams.size(entity->stream());
    if (filter.min_size && size < *filter.min_size) continue;
    if (filter.max_size && size > *filter.max_size) continue;
    MatchListing listing;
    listing.match = {id.key, id.kind};
    listing.label = entity->host.label;
    listing.size = size;
    listing.tick_rate = entity->kind().tick_hz;
    listing.handler_name = id.kind;
    listing.module = entity->generation->contract().name;
    listing.module_version = entity->generation->contract().version;
    listing.generation = entity->generation->generation().id;
    listing.create_ms = entity->host.create_ms;
    out.push_back(std::move(listing));
  }
  return out;
}

}  // namespace serai::runtime
