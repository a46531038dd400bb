// Entities of the counter fixtures, and a probe that gets them.
#pragma once

#include <catch2/catch.hpp>

#include "unit/modules/fixtures.hpp"

namespace serai::testing {

// fix.Counter with an id and a value.
inline std::string counter(const std::string& id, int value) {
  std::string bytes = "\x0a";
  bytes.push_back(static_cast<char>(id.size()));
  bytes += id;
  bytes += "\x10";
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

inline ExportedEntity entity(const std::string& key, std::uint32_t schema = 1) {
  return {{"counter", key}, schema, counter(key, 7), true, {}};
}

// A counter that was 4 and then added 1 and 2: it is 7, as in entity().
inline ExportedEntity played(const std::string& key) {
  ExportedEntity out = entity(key);
  out.recording = abi::Recording{1, counter(key, 4), {}, {}};
  for (const char by : {'\x01', '\x02'}) {
    abi::RecordedInput& input = out.recording->inputs.emplace_back();
    input.trigger = abi::Trigger::rpc;
    input.handler = "rpc_add";
    input.payload = std::string("\x10") + by;
  }
  return out;
}

inline rehearsal::Verdict rehearse(const std::string& next,
                                   const std::vector<ExportedEntity>& entities,
                                   rehearsal::ProbeOptions options = probe_options(),
                                   std::vector<std::string> allow = {},
                                   const std::string& live = "counter_v1") {
  rehearsal::ProbePlan plan;
  plan.module = "counter";
  plan.new_file = fixture(next);
  plan.old_file = fixture(live);
  plan.allow = std::move(allow);
  Result<std::unique_ptr<rehearsal::Probe>> probe = rehearsal::Probe::start(plan, options);
  REQUIRE(probe.ok());
  for (const ExportedEntity& one : entities) {
    if (!(*probe)->feed(one)) break;
  }
  return (*probe)->finish();
}

}  // namespace serai::testing
