// Fuzz target: one message to a binary socket. For any input the socket sends envelopes, or closes.
#include <google/protobuf/stubs/logging.h>

#include "fuzz/fuzz.hpp"
#include "nakama/realtime.pb.h"
#include "unit/protocol/socket_fixture.hpp"

using namespace serai;
using namespace serai::testing;
using nakama::realtime::Envelope;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const google::protobuf::LogSilencer silence;  // Protobuf logs text that is not UTF-8
  const std::string match = "0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51.";
  SocketFixture fixture({.per_socket = {}});
  fixture.game.matches.emplace(match, MatchJoined{});
  fixture.game.rpcs["echo"] = [](const RpcRequest& request) -> Result<std::string> {
    return request.payload;
  };
  Player player(fixture, "token=good&format=protobuf");
  Envelope join;
  join.mutable_match_join()->set_match_id(match);
  player.say(join.SerializeAsString());
  player.say(fuzz_text(data, size));
  for (const std::string& frame : player.socket.sent) {
    Envelope envelope;
    fuzz_require(envelope.ParseFromString(frame), "every frame is an envelope");
  }
  return 0;
}
