#include "protocol/rpc_scan.hpp"

#include <catch2/catch.hpp>

#include "nakama/realtime.pb.h"
#include "protocol/realtime_codec.hpp"

using namespace serai;
using namespace serai::protocol;

TEST_CASE("plain RPC envelopes are scanned as the full reader reads them", "[socket][rpc]") {
  for (const char* json : {R"({"cid":"1","rpc":{"id":"echo","payload":"{\"a\":\"\\n\"}"}})",
                           R"({"rpc":{"payload":"é…😀","id":"Echo"},"cid":"x"})",
                           " { \"rpc\" : { \"id\" : \"a\" } }\n",
                           R"({"rpc":{"id":"\/\b\f\t"}})"}) {
    CAPTURE(json);
    const auto scanned = protocol::scan_rpc(json);
    REQUIRE(scanned);
    nakama::realtime::Envelope envelope;
    REQUIRE(protocol::decode_envelope(json, SocketFormat::json, envelope).ok());
    CHECK(envelope.cid() == scanned->cid);
    CHECK(envelope.rpc().id() == scanned->id);
    CHECK(envelope.rpc().payload() == scanned->payload);
  }
}

TEST_CASE("everything unusual is left to the full reader", "[socket][rpc]") {
  for (const char* json : {"",
                           "{",
                           "{}",
                           R"({"cid":"1"})",
                           R"({"cid":"1","ping":{}})",
                           R"({"rpc":{}})",
                           R"({"rpc":{"id":""}})",
                           R"({"rpc":{"id":"\u0061"}})",
                           R"({"rpc":{"id":"a"}}x)",
                           R"({"rpc":{"id":"a"},})",
                           R"({"rpc":{"id":"a","id":"b"}})",
                           R"({"rpc":{"id":1}})",
                           R"({"rpc":{"id":null}})",
                           R"({"rpc":{"id":"a","http_key":"k"}})",
                           R"({"rpc":{"id":"a"},"rpc":{"id":"a"}})",
                           R"({"cid":"1","cid":"2","rpc":{"id":"a"}})",
                           R"({"rpc":{"id":"a"},"x":1})",
                           R"({"rpc":{"id":"a\q"}})",
                           "{\"rpc\":{\"id\":\"a\x01\"}}",
                           "{\"rpc\":{\"id\":\"\xff\"}}",
                           R"({"rpc":{"id":"a)",
                           R"({"rpc":{"id":"a\)"}) {
    CAPTURE(json);
    CHECK_FALSE(protocol::scan_rpc(json));
  }
}
