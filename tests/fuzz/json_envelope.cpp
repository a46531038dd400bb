// Fuzz target: one message to a JSON socket. For any input the socket sends JSON, or closes with a
// reason that fits into a close frame.
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.hpp"
#include "nakama/realtime.pb.h"
#include "protocol/realtime_codec.hpp"
#include "protocol/rpc_scan.hpp"
#include "unit/protocol/socket_fixture.hpp"

using namespace serai;
using namespace serai::testing;

namespace {

// The fast parser for RPCs accepts nothing that the full parser refuses or reads differently.
void check_scan(std::string_view message) {
  const auto scanned = protocol::scan_rpc(message);
  if (!scanned) return;
  nakama::realtime::Envelope envelope;
  fuzz_require(protocol::decode_envelope(message, SocketFormat::json, envelope).ok(),
               "the full parser accepts what the fast one accepts");
  fuzz_require(envelope.cid() == scanned->cid && envelope.rpc().id() == scanned->id &&
                   envelope.rpc().payload() == scanned->payload,
               "both parsers read the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string match = "0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51.";
  SocketFixture fixture({.per_socket = {}});
  fixture.game.matches.emplace(match, MatchJoined{});
  fixture.game.rpcs["echo"] = [](const RpcRequest& request) -> Result<std::string> {
    return request.payload;
  };
  Player player(fixture);
  player.say(R"({"match_join":{"match_id":")" + match + R"("}})");
  check_scan(fuzz_text(data, size));
  player.say(fuzz_text(data, size));
  for (const std::string& frame : player.socket.sent) {
    fuzz_require(nlohmann::json::accept(frame), "every frame is JSON");
  }
  if (player.socket.closed)
    fuzz_require(player.socket.closed->size() <= 123, "a close reason has at most 123 bytes");
  return 0;
}
