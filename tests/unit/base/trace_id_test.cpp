#include "base/trace_id.hpp"

#include <catch2/catch.hpp>

using serai::trace_of;
using serai::trace_text;

TEST_CASE("a traceparent header gives its trace id", "[base]") {
  const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string header = "00-" + id + "-00f067aa0ba902b7-01";

  CHECK(trace_text(trace_of(header)) == id);
  CHECK(trace_text(trace_of("01" + header.substr(2) + "-what-comes-later")) == id);
}

TEST_CASE("what is no traceparent gives no trace id", "[base]") {
  const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(trace_of(good.substr(0, size)).is_nil());
  }
  CHECK(trace_of(good + "x").is_nil());
  CHECK(trace_of("ff" + good.substr(2)).is_nil());
  CHECK(trace_of("00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01").is_nil());
  CHECK(trace_of("00-00000000000000000000000000000000-00f067aa0ba902b7-01").is_nil());
}
