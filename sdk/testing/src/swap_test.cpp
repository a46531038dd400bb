#include "serai/testing/swap_test.hpp"

#include "subject.hpp"

namespace serai::testing {
namespace {

// Collects what is wrong with one state.
class Blame {
 public:
  Blame(const Recorded& state, Report& report)
      : who_(state.kind + " " + state.key + ": "), report_(report) {}
  void operator()(const std::string& what, const std::string& why) const {
    report_.findings.push_back(who_ + what + ": " + why);
  }

 private:
  std::string who_;
  Report& report_;
};

void swap_one(const Loaded& before, const Loaded& after, const Recorded& recorded, Report& report) {
  const Blame blame(recorded, report);
  Recorded state = recorded;
  if (const Outcome old = through(before, state); !old.ok()) return blame("old import", old.text);
  const Recorded original = state;
  if (const Outcome up = through(after, state); !up.ok()) return blame("new import", up.text);
  const Recorded raised = state;
  if (const Outcome again = through(after, state); !again.ok())
    return blame("new re-import", again.text);
  if (state.bytes != raised.bytes)
    blame("new version", "its own export does not come back as it was");
  const std::uint32_t old_schema = schema_of(before, recorded.kind);
  if (const Outcome down = through(after, state, old_schema); !down.ok()) {
    return blame("new export in the old schema", down.text);
  }
  if (const Outcome back = through(before, state); !back.ok())
    return blame("old re-import", back.text);
  if (!same_state(before, recorded.kind, original.bytes, state.bytes))
    blame("there and back", "the old version's state has changed");
}

void rollback_one(const Loaded& before,
                  const Loaded& after,
                  const Recorded& recorded,
                  Report& report) {
  const Blame blame(recorded, report);
  const std::uint32_t old_schema = schema_of(before, recorded.kind);
  Holder live(after, recorded.kind);
  if (const Outcome read = live.read(recorded); !read.ok()) return blame("new import", read.text);
  const Outcome down = live.write(old_schema);
  if (!down.ok()) {
    ++report.refused;
    if (down.text.empty()) blame("new export in the old schema", "refused without a reason");
    return;
  }
  Recorded state{recorded.kind, recorded.key, old_schema, down.bytes};
  if (const Outcome old = through(before, state); !old.ok()) return blame("old import", old.text);
  if (!same_state(before, recorded.kind, down.bytes, state.bytes))
    blame("old version", "it writes another state than it was given");
  if (const Outcome up = through(after, state, old_schema); !up.ok())
    return blame("new re-import", up.text);
  if (!same_state(before, recorded.kind, down.bytes, state.bytes))
    blame("back and there", "what both versions know has changed");
}

void round_trip_one(const Loaded& module, const Recorded& recorded, Report& report) {
  const Blame blame(recorded, report);
  Holder live(module, recorded.kind);
  if (const Outcome read = live.read(recorded); !read.ok()) return blame("import", read.text);
  const std::uint32_t schema = live.declared().schema;
  const Outcome first = live.write(schema);
  if (!first.ok()) return blame("export", first.text);
  if (live.write(schema).bytes != first.bytes) blame("export", "twice the same, other bytes");
  if (recorded.schema == schema && !same_state(module, recorded.kind, recorded.bytes, first.bytes))
    blame("import and export", "the state has changed");
  Recorded again{recorded.kind, recorded.key, schema, first.bytes};
  if (const Outcome second = through(module, again); !second.ok())
    return blame("re-import", second.text);
  if (again.bytes != first.bytes) blame("re-import", "the bytes differ");
}

}  // namespace

std::string Report::text() const {
  std::string all = std::to_string(checked) + " checked, " + std::to_string(refused) + " refused";
  for (const std::string& finding : findings) all += "\n" + finding;
  return all;
}

Report swap_test(const Subject& old_version,
                 const Subject& new_version,
                 const std::vector<Recorded>& states) {
  const auto before = open(old_version);
  const auto after = open(new_version);
  Report report;
  for (const Recorded& state : states) {
    ++report.checked;
    swap_one(*before, *after, state, report);
  }
  return report;
}

Report rollback_test(const Subject& old_version,
                     const Subject& new_version,
                     const std::vector<Recorded>& states) {
  const auto before = open(old_version);
  const auto after = open(new_version);
  Report report;
  for (const Recorded& state : states) {
    ++report.checked;
    rollback_one(*before, *after, state, report);
  }
  return report;
}

Report round_trip_test(const Subject& module, const std::vector<Recorded>& states) {
  const auto loaded = open(module);
  Report report;
  for (const Recorded& state : states) {
    ++report.checked;
    round_trip_one(*loaded, state, report);
  }
  return report;
}

}  // namespace serai::testing
