#include "trader.hpp"

#include <algorithm>

#include "settings.hpp"

namespace trade {

serai::Answer<Opened> open_caravan(Trader& trader,
                                   serai::Entity& entity,
                                   const OpenCaravan& request) {
  const auto& open = trader.caravans();
  if (std::find(open.begin(), open.end(), request.caravan_id()) != open.end()) return Opened{};
  if (trader.caravans_size() >= entity.config(kCaravansMax)) {
    return serai::refuse("too_many_caravans");
  }
  trader.add_caravans(request.caravan_id());
  return Opened{};
}

serai::Reply caravan_closed(Trader& trader, const CaravanClosed& closed) {
  auto& open = *trader.mutable_caravans();
  open.erase(std::remove(open.begin(), open.end(), closed.caravan_id()), open.end());
  return serai::accept();
}

}  // namespace trade
