#include "base/protobuf_log.hpp"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/recorded_log.hpp"

using serai::ProtobufLog;

TEST_CASE("what Protobuf says comes as lines of the log, and not without bound", "[log]") {
  serai::testing::RecordedLog sink;
  {
    const ProtobufLog lines{serai::Log(sink)};
    for (int i = 0; i < 100; ++i) GOOGLE_LOG(ERROR) << "broken text";
  }

  REQUIRE(sink.lines.size() >= ProtobufLog::kBurst);
  CHECK(sink.lines.size() < 100);  // the loop takes less than a second on any machine
  CHECK(sink.lines[0].starts_with("protobuf.logged text=broken text place="));
  CHECK(sink.lines[0].ends_with("left_out=0"));
}
