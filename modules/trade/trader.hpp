// Trader: the list of a player's open caravans. It limits their number.
//
// Errors  too_many_caravans; the limit is the setting caravans_max.
// Thread  the trader's shard.
#pragma once

#include <serai/module.hpp>

#include "trade.pb.h"

namespace trade {

serai::Answer<Opened> open_caravan(Trader& trader,
                                   serai::Entity& entity,
                                   const OpenCaravan& request);
serai::Reply caravan_closed(Trader& trader, const CaravanClosed& closed);

}  // namespace trade
