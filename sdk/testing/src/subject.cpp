#include "subject.hpp"

#include "run.hpp"

namespace serai::testing {

std::unique_ptr<Loaded> open(const Subject& subject) {
  if (subject.entry != nullptr) {
    return std::make_unique<Loaded>(*subject.entry, std::string_view(), host_table());
  }
  return Loaded::open(subject.path, host_table());
}

Outcome through(const Loaded& module, Recorded& state, std::uint32_t schema) {
  Holder holder(module, state.kind);
  if (Outcome read = holder.read(state); !read.ok()) return read;
  const std::uint32_t wanted = schema == 0 ? holder.declared().schema : schema;
  Outcome written = holder.write(wanted);
  state = {state.kind, state.key, wanted, written.bytes};
  return written;
}

std::uint32_t schema_of(const Loaded& module, std::string_view kind) {
  const int found = module.find_kind(kind);
  return found < 0 ? 0 : module.declared.kinds[static_cast<std::size_t>(found)].schema;
}

bool same_state(const Loaded& module,
                std::string_view kind,
                std::string_view left,
                std::string_view right) {
  const int found = module.find_kind(kind);
  if (found < 0 || !module.messages.known()) return left == right;
  const std::string& type = module.declared.kinds[static_cast<std::size_t>(found)].state;
  return module.messages.same(type, left, right);
}

}  // namespace serai::testing
