// RPC scan: reads the message games send most, {"cid":"…","rpc":{"id":"…","payload":"…"}}, at the
// cost of a look at each byte.
//
// Rules   whatever is unusual (an escape \u, another member, one given twice, anything broken) is
//         left to decode_envelope(), which judges it. What is taken here, it would read the same.
// Thread  any; a plain function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai {

struct ScannedRpc {
  std::string cid;
  std::string id;  // not empty
  std::string payload;
};

std::optional<ScannedRpc> scan_rpc(std::string_view json);

}  // namespace serai
