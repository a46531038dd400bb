// Subject: a module under test without a host around it: states go in and come out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "loaded.hpp"
#include "serai/testing/swap_test.hpp"

namespace serai::testing {

std::unique_ptr<Loaded> open(const Subject& subject);

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
Outcome through(const Loaded& module, Recorded& state, std::uint32_t schema = 0);

// The schema the module writes; 0 when it has no such kind.
std::uint32_t schema_of(const Loaded& module, std::string_view kind);

// Whether two states of one schema say the same in every field the module's messages declare.
bool same_state(const Loaded& module,
                std::string_view kind,
                std::string_view left,
                std::string_view right);

}  // namespace serai::testing
