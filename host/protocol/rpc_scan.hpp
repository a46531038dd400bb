// scan_rpc: reads the most frequent message of games, {"cid":"…","rpc":{"id":"…","payload":"…"}},
// in one pass over its bytes.
//
// Rules   nothing is returned for a message with anything unusual (an escape \u, another member, a
//         member given twice, any error). The caller reads such a message with decode_envelope(),
//         which gives the same result for the messages that are read here.
// Thread  any; a plain function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai::protocol {

struct ScannedRpc {
  std::string cid;
  std::string id;  // not empty
  std::string payload;
};

std::optional<ScannedRpc> scan_rpc(std::string_view json);

}  // namespace serai::protocol
