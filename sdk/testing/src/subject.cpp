#include "subject.hpp"

#include <stdexcept>
#include <utility>

namespace serai::testing {
namespace {

OpenedModule open(const Subject& subject, TestHost& host) {
  if (subject.entry == nullptr) {
    return open_module(subject.path, host.next_generation(), host.host_table());
  }
  return open_module(*subject.entry, {}, host.next_generation(), host.host_table());
}

std::unique_ptr<Descriptors> descriptors_of(const OpenedModule& module) {
  if (module.descriptor_set.empty()) return nullptr;
  auto made = Descriptors::make(module.descriptor_set);
  if (!made) throw std::runtime_error(made.error().detail);
  return *std::move(made);
}

}  // namespace

OpenSubject::OpenSubject(const Subject& subject)
    : host_(WorldOptions{}),
      module_(open(subject, host_)),
      states_(*module_.generation),
      descriptors_(descriptors_of(module_)) {}

Result<HeldState> OpenSubject::read(const Recorded& state) const {
  const int kind = states_.find_kind(state.kind);
  if (kind < 0) return Error{Errc::not_found, "no such kind"};
  return states_.import(kind, state.key, state.schema, state.bytes);
}

// Why an export is refused, a module logs.
Result<std::string> OpenSubject::write(const HeldState& state, std::uint32_t schema) {
  host_.settle();
  host_.log().lines.clear();
  auto written = states_.write(static_cast<int>(state.get_deleter().kind), *state, schema);
  if (written || !written.error().detail.empty()) return written;
  return Error{written.error().code, host_.log().said_since(0)};
}

Result<> OpenSubject::through(Recorded& state, std::uint32_t schema) {
  const auto held = read(state);
  if (!held) return held.error();
  const std::uint32_t wanted = schema == 0 ? schema_of(state.kind) : schema;
  auto written = write(*held, wanted);
  if (!written) return written.error();
  state.schema = wanted;
  state.bytes = *std::move(written);
  return success();
}

std::uint32_t OpenSubject::schema_of(std::string_view kind) const {
  const int found = states_.find_kind(kind);
  return found < 0 ? 0 : states_.kind(found).schema;
}

std::vector<std::uint32_t> OpenSubject::writes(std::string_view kind) const {
  const int found = states_.find_kind(kind);
  return found < 0 ? std::vector<std::uint32_t>{} : states_.kind(found).writes;
}

bool OpenSubject::says_same(std::string_view kind,
                            std::string_view left,
                            std::string_view right) const {
  const int found = states_.find_kind(kind);
  if (found < 0 || descriptors_ == nullptr) return left == right;
  return difference(*descriptors_, *descriptors_, states_.kind(found).state, left, right).empty();
}

}  // namespace serai::testing
