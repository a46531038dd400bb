// A binary socket: whatever comes in, what goes out is an envelope, or the socket closes.
#include "fuzz/fuzz.hpp"
#include "nakama/realtime.pb.h"
#include "unit/protocol/socket_fixture.hpp"

using namespace serai;
using namespace serai::testing;
using nakama::realtime::Envelope;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static SocketFixture fixture({.per_socket = {}});
  fixture.game.rpcs["echo"] = [](const RpcRequest& request) -> Result<std::string> {
    return request.payload;
  };
  Player player(fixture, "token=good&format=protobuf");
  player.say(fuzz_text(data, size));
  for (const std::string& frame : player.socket.sent) {
    Envelope envelope;
    fuzz_require(envelope.ParseFromString(frame), "frames are envelopes");
  }
  return 0;
}

std::vector<std::string> fuzz_seeds() {
  Envelope rpc;
  rpc.set_cid("1");
  rpc.mutable_rpc()->set_id("echo");
  rpc.mutable_rpc()->set_payload("{}");
  Envelope data;
  data.mutable_match_data_send()->set_match_id("0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51.");
  data.mutable_match_data_send()->set_data("hello");
  data.mutable_match_data_send()->set_op_code(-1);
  Envelope follow;
  follow.mutable_status_follow()->add_user_ids("0dd02c67-5a6c-4c54-b6a5-1c2c8ad76a51");
  return {rpc.SerializeAsString(), data.SerializeAsString(), follow.SerializeAsString()};
}
