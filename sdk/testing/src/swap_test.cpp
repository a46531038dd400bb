#include "serai/testing/swap_test.hpp"

#include <algorithm>

#include "run.hpp"

namespace serai::testing {
namespace {

std::unique_ptr<Loaded> open(const Subject& subject) {
  if (subject.entry != nullptr) {
    return std::make_unique<Loaded>(*subject.entry, std::string_view(), host_table());
  }
  return Loaded::open(subject.path, host_table());
}

// An imported entity, destroyed at the end of its scope.
class Holder {
 public:
  Holder(const Loaded& module, std::string_view kind)
      : module_(module), kind_(module.find_kind(kind)) {}
  ~Holder() {
    if (entity_ != nullptr) module_.destroy(kind_, entity_);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  Outcome read(const Recorded& state) {
    if (kind_ < 0) return {Status::not_found, "no such kind", {}};
    return module_.import(kind_, state.key, state.schema, state.bytes, &entity_);
  }
  Outcome write(std::uint32_t schema) const { return module_.write(kind_, entity_, schema); }
  const DeclaredKind& declared() const {
    return module_.declared.kinds[static_cast<std::size_t>(kind_)];
  }

 private:
  const Loaded& module_;
  int kind_;
  serai_entity* entity_ = nullptr;
};

// Reads a state and writes it in `schema` (0: the version's own).
Outcome through(const Loaded& module, Recorded& state, std::uint32_t schema = 0) {
  Holder holder(module, state.kind);
  if (Outcome read = holder.read(state); !read.ok()) return read;
  const std::uint32_t wanted = schema == 0 ? holder.declared().schema : schema;
  Outcome written = holder.write(wanted);
  state = {state.kind, state.key, wanted, written.bytes};
  return written;
}

std::uint32_t schema_of(const Loaded& module, const std::string& kind) {
  const int found = module.find_kind(kind);
  return found < 0 ? 0 : module.declared.kinds[static_cast<std::size_t>(found)].schema;
}

void swap_one(const Loaded& before, const Loaded& after, const Recorded& recorded, Report& report) {
  const auto blame = [&](const std::string& what, const std::string& why) {
    report.findings.push_back(recorded.kind + " " + recorded.key + ": " + what + ": " + why);
  };
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
  const int kind = before.find_kind(recorded.kind);
  const std::string& type = before.declared.kinds[static_cast<std::size_t>(kind)].state;
  const bool same = before.messages.known()
                        ? before.messages.same(type, original.bytes, state.bytes)
                        : original.bytes == state.bytes;
  if (!same) blame("there and back", "the old version's state has changed");
}

// One damaged state: refused, or read and then writable.
void damage_one(const Loaded& module,
                const Recorded& state,
                const std::string& how,
                Report& report) {
  ++report.checked;
  Holder holder(module, state.kind);
  if (!holder.read(state).ok()) return;
  const Outcome written = holder.write(holder.declared().schema);
  if (!written.ok()) {
    report.findings.push_back(state.kind + " " + state.key + " " + how + ": read, but " +
                              written.text);
  }
}

}  // namespace

std::string Report::text() const {
  std::string all = std::to_string(checked) + " checked";
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

Report round_trip_test(const Subject& module, const std::vector<Recorded>& states) {
  const auto loaded = open(module);
  Report report;
  for (const Recorded& recorded : states) {
    ++report.checked;
    Recorded once = recorded;
    const Outcome first = through(*loaded, once);
    Recorded twice = once;
    const Outcome second = first.ok() ? through(*loaded, twice) : first;
    if (!second.ok() || once.bytes != twice.bytes) {
      report.findings.push_back(recorded.kind + " " + recorded.key + ": " +
                                (second.ok() ? "the bytes differ" : second.text));
    }
  }
  return report;
}

Report damage_test(const Subject& module,
                   const std::vector<Recorded>& states,
                   std::size_t bytes_max) {
  const auto loaded = open(module);
  Report report;
  for (const Recorded& state : states) {
    const std::size_t end = std::min(state.bytes.size(), bytes_max);
    for (std::size_t i = 0; i < end; ++i) {
      Recorded damaged = state;
      damaged.bytes.resize(i);
      damage_one(*loaded, damaged, "cut at " + std::to_string(i), report);
      for (int bit = 0; bit < 8; ++bit) {
        damaged.bytes = state.bytes;
        damaged.bytes[i] = static_cast<char>(damaged.bytes[i] ^ (1 << bit));
        damage_one(*loaded, damaged, "flipped at " + std::to_string(i), report);
      }
    }
  }
  return report;
}

}  // namespace serai::testing
