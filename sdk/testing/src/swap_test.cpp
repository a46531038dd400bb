// The host's headers come first, see host_headers.hpp.
// clang-format off
#include "subject.hpp"
#include "serai/testing/swap_test.hpp"
// clang-format on

namespace serai::testing {
namespace {

// Adds findings about one state to the report.
class Blame {
 public:
  Blame(const Recorded& state, Report& report)
      : prefix_(state.kind + " " + state.key + ": "), report_(report) {}
  void operator()(const std::string& what, const std::string& why) const {
    report_.findings.push_back(prefix_ + what + ": " + why);
  }
  void operator()(const std::string& what, const Error& why) const { (*this)(what, why.detail); }

 private:
  std::string prefix_;
  Report& report_;
};

void swap_one(OpenSubject& before, OpenSubject& after, const Recorded& recorded, Report& report) {
  const Blame blame(recorded, report);
  Recorded state = recorded;
  if (const Result<> old = before.through(state); !old) return blame("old import", old.error());
  const Recorded original = state;
  if (const Result<> up = after.through(state); !up) return blame("new import", up.error());
  const Recorded raised = state;
  if (const Result<> again = after.through(state); !again)
    return blame("new re-import", again.error());
  if (state.bytes != raised.bytes)
    blame("new version", "its own export changes when it is read and written again");
  const std::uint32_t old_schema = before.schema_of(recorded.kind);
  if (const Result<> down = after.through(state, old_schema); !down) {
    return blame("new export in the old schema", down.error());
  }
  if (const Result<> back = before.through(state); !back)
    return blame("old re-import", back.error());
  if (!before.is_same_state(recorded.kind, original.bytes, state.bytes))
    blame("there and back", "the old version's state has changed");
}

void rollback_one(OpenSubject& before,
                  OpenSubject& after,
                  const Recorded& recorded,
                  Report& report) {
  const Blame blame(recorded, report);
  const std::uint32_t old_schema = before.schema_of(recorded.kind);
  const auto live = after.read(recorded);
  if (!live) return blame("new import", live.error());
  const auto down = after.write(*live, old_schema);
  if (!down) {
    ++report.refused;
    if (down.error().detail.empty())
      blame("new export in the old schema", "refused without a reason");
    return;
  }
  Recorded state{recorded.kind, recorded.key, old_schema, *down};
  if (const Result<> old = before.through(state); !old) return blame("old import", old.error());
  if (!before.is_same_state(recorded.kind, *down, state.bytes))
    blame("old version", "the state that it writes differs from the state that it read");
  if (const Result<> up = after.through(state, old_schema); !up)
    return blame("new re-import", up.error());
  if (!before.is_same_state(recorded.kind, *down, state.bytes))
    blame("back and there", "a field that both versions have has changed");
}

void round_trip_one(OpenSubject& module, const Recorded& recorded, Report& report) {
  const Blame blame(recorded, report);
  const auto live = module.read(recorded);
  if (!live) return blame("import", live.error());
  const std::uint32_t schema = module.schema_of(recorded.kind);
  const auto first = module.write(*live, schema);
  if (!first) return blame("export", first.error());
  const auto second = module.write(*live, schema);
  if (!second || *second != *first) blame("export", "two exports of the same state differ");
  if (recorded.schema == schema && !module.is_same_state(recorded.kind, recorded.bytes, *first))
    blame("import and export", "the state has changed");
  Recorded again{recorded.kind, recorded.key, schema, *first};
  if (const Result<> back = module.through(again); !back) return blame("re-import", back.error());
  if (again.bytes != *first) blame("re-import", "the bytes differ");
}

using TestOne = void(OpenSubject& before,
                     OpenSubject& after,
                     const Recorded& state,
                     Report& report);

Report test_each(const Subject& old_version,
                 const Subject& new_version,
                 const std::vector<Recorded>& states,
                 TestOne& test_one) {
  OpenSubject before(old_version);
  OpenSubject after(new_version);
  Report report;
  for (const Recorded& state : states) {
    ++report.checked;
    test_one(before, after, state, report);
  }
  return report;
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
  return test_each(old_version, new_version, states, swap_one);
}

Report rollback_test(const Subject& old_version,
                     const Subject& new_version,
                     const std::vector<Recorded>& states) {
  return test_each(old_version, new_version, states, rollback_one);
}

Report round_trip_test(const Subject& module, const std::vector<Recorded>& states) {
  OpenSubject subject(module);
  Report report;
  for (const Recorded& state : states) {
    ++report.checked;
    round_trip_one(subject, state, report);
  }
  return report;
}

}  // namespace serai::testing
