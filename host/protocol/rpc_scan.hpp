// RPC scan: reads the most frequent message of games, {"cid":"…","rpc":{"id":"…","payload":"…"}},
// in one pass over its bytes.
//
// Rules   anything unusual (an escape \u, another member, one given twice, anything broken) is left
//         to decode_envelope(). What is read here, decode_envelope() would read with the same
//         result.
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
