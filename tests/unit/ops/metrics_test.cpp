#include <catch2/catch.hpp>
#include <regex>
#include <sstream>

#include "ops/prometheus_metrics.hpp"

namespace {

// The text format's grammar, line by line.
bool parses(const std::string& text) {
  static const std::regex kComment(R"(# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .*)");
  static const std::regex kSample(
      R"re([a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_]\w*="(\\.|[^"\\])*",?)*\})? (\+Inf|-Inf|NaN|[-+.eE0-9]+))re");
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!std::regex_match(line, kComment) && !std::regex_match(line, kSample)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("metrics appear in the text format with their labels and values", "[metrics]") {
  serai::ops::PrometheusMetrics metrics;

  metrics.counter("host_rpc_total", "Calls.", {{"rpc", "go"}}).add(3);
  metrics.gauge("host_match_active", "Matches.", {{"kind", "a\"b\\c\n"}}).set(2);
  metrics.histogram("host_rpc_latency_seconds", "Latency.").observe(0.15);

  const std::string text = metrics.text();
  CHECK(parses(text));
  CHECK(text.find("host_rpc_total{rpc=\"go\"} 3") != std::string::npos);
  CHECK(text.find("host_rpc_latency_seconds_bucket{le=\"0.2\"} 1") != std::string::npos);
  CHECK(text.find("host_rpc_latency_seconds_bucket{le=\"0.1\"} 0") != std::string::npos);
}

TEST_CASE("the same name and labels give the same metric, in whatever order", "[metrics]") {
  serai::ops::PrometheusMetrics metrics;

  auto& one = metrics.counter("c_total", "C.", {{"a", "1"}, {"b", "2"}});
  auto& two = metrics.counter("c_total", "C.", {{"b", "2"}, {"a", "1"}});

  CHECK(&one == &two);
}
