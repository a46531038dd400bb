// ModuleStates: a module's states without a host around them: made, imported, exported, destroyed.
//
// Errors  the module's status, and its words where it gave any.
// Thread  one.
// Owner   borrows the generation; a HeldState is destroyed by the generation that made it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "host_headers.hpp"

namespace serai::testing {

struct DestroyState {
  const Generation* code = nullptr;
  std::uint32_t kind = 0;
  void operator()(serai_entity* state) const;
};
using HeldState = std::unique_ptr<serai_entity, DestroyState>;

class ModuleStates {
 public:
  explicit ModuleStates(const Generation& code) : code_(code) {}

  int find_kind(std::string_view name) const;  // -1: none
  const KindContract& kind(int index) const {
    return code_.contract.kinds[static_cast<std::size_t>(index)];
  }

  Result<HeldState> create(int kind, std::string_view key) const;
  Result<HeldState> import(int kind,
                           std::string_view key,
                           std::uint32_t schema,
                           std::string_view bytes) const;
  // Why an export failed is not among its arguments: a module logs it.
  Result<std::string> write(int kind, const serai_entity& state, std::uint32_t schema) const;
  Result<> self_test() const;

 private:
  const Generation& code_;
};

}  // namespace serai::testing
