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

std::unique_ptr<loading::Descriptors> descriptors_of(const OpenedModule& module) {
  if (module.descriptor_set.empty()) return nullptr;
  auto made = loading::Descriptors::make(module.descriptor_set);
  if (!made) throw std::runtime_error(made.error().detail);
  return *std::move(made);
}

}  // namespace

OpenSubject::OpenSubject(const Subject& subject)
    : host_(WorldOptions{}),
      module_(open(subject, host_)),
      states_(*module_.generation),
      descriptors_(descriptors_of(module_)) {}

const abi::KindContract* OpenSubject::kind_of(std::string_view kind) const {
  return module_.generation->contract.find_kind(kind);
}

Result<HeldState> OpenSubject::read(const Recorded& state) const {
  const int kind = module_.generation->contract.kind_index(state.kind);
  if (kind < 0) return Error{Errc::not_found, "no such kind"};
  const auto held = states_.import(kind, state.key, state.schema, state.bytes);
  if (!held) return held.error();
  return HeldState(*held, {module_.generation.get(), kind});
}

// When a module refuses an export, the reason is in its log lines.
Result<std::string> OpenSubject::write(const HeldState& state, std::uint32_t schema) {
  host_.run_due();
  host_.log().lines.clear();
  auto written = states_.write(state.get_deleter().kind, state.get(), schema, SERAI_FOR_SWAP);
  if (written || !written.error().detail.empty()) return written;
  return Error{written.error().code, host_.log().lines_since(0)};
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
  const abi::KindContract* found = kind_of(kind);
  return found == nullptr ? 0 : found->schema;
}

std::vector<std::uint32_t> OpenSubject::writes(std::string_view kind) const {
  const abi::KindContract* found = kind_of(kind);
  return found == nullptr ? std::vector<std::uint32_t>{} : found->writes;
}

bool OpenSubject::is_same_state(std::string_view kind,
                                std::string_view left,
                                std::string_view right) const {
  const abi::KindContract* found = kind_of(kind);
  if (found == nullptr || descriptors_ == nullptr) return left == right;
  return difference(*descriptors_, *descriptors_, found->state, left, right).empty();
}

}  // namespace serai::testing
