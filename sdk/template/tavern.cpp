// tavern: guests come in, cheer and leave. A tavern closes an hour after it was opened.
//
// State   schema 1.
// Errors  refusals are codes. The refusal of a cheer is sent to its sender and changes nothing.
#include "serai/module.hpp"
#include "tavern.pb.h"

namespace tavern {
using serai::Answer, serai::Match, serai::Player, serai::Reply;

constexpr auto kOpenHours = std::chrono::hours(1);
constexpr std::uint64_t kLastOrderTimer = 1;
constexpr serai::Timer<LastOrder> kLastOrder{"last_order"};
constexpr serai::Event<Cheered> kCheered{101, "cheered"};

Answer<Opened> on_open(Tavern& tavern, Match& match, const OpenTavern& open) {
  if (open.name().empty()) return serai::refuse("no_name", serai::Status::invalid_argument);
  tavern.set_name(open.name());
  match.set_label(open.name());
  match.timer(kLastOrderTimer, kOpenHours, kLastOrder, LastOrder());
  Opened opened;
  opened.set_tavern_id(match.key());
  opened.set_match_id(match.id());
  return opened;
}

void on_join(Tavern& tavern, const Player& player) {
  Guest& guest = *tavern.add_guests();
  guest.set_user_id(player.id);
  guest.set_session_id(player.session_id);
}

Reply on_cheer(Tavern& tavern, Match& match, const Player& player, const Cheer& cheer) {
  if (cheer.word().empty()) return serai::refuse("silence");
  tavern.set_cheers(tavern.cheers() + 1);
  Cheered cheered;
  cheered.set_user_id(player.id);
  cheered.set_word(cheer.word());
  match.broadcast(kCheered, cheered);
  return serai::accept();
}

void on_leave(Tavern& tavern, const Player& player) {
  auto& guests = *tavern.mutable_guests();
  for (auto guest = guests.begin(); guest != guests.end(); ++guest) {
    if (guest->session_id() != player.session_id) continue;
    guests.erase(guest);
    return;
  }
}

Answer<View> on_get(const Tavern& tavern) {
  View view;
  view.set_name(tavern.name());
  view.set_guests(tavern.guests_size());
  view.set_cheers(tavern.cheers());
  return view;
}

void on_last_order(Match& match) { match.close(); }

constexpr auto kTavern = serai::match_kind<Tavern>(
    {.name = "tavern", .players_max = 20},
    serai::join(on_join),
    serai::leave(on_leave),
    serai::on<Cheer>(1, "cheer", on_cheer),
    serai::rpc<OpenTavern>(
        "rpc_open_tavern",
        on_open,
        {.key = serai::key::fresh, .creates = true, .durable = true, .idempotent = true}),
    serai::rpc<GetTavern>("rpc_get_tavern", on_get, {.key = serai::key::field("tavern_id")}),
    serai::timer(kLastOrder, on_last_order),
    serai::event(kCheered));

constexpr auto kModule = serai::module("tavern", SERAI_MODULE_VERSION, kTavern);
}  // namespace tavern

SERAI_EXPORT_MODULE(tavern::kModule);
