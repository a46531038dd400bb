// ModuleStates: the calls into a module that make, read, write and end the state of an entity.
//
// Errors  the module's status, and its reason or what it threw as the detail; empty when it gave
//         none. Why an export was refused is not among its arguments: a module logs it.
// Thread  as abi.h has it for each call.
// Owner   borrows the generation. The caller owns what create() and import() return, and gives it
//         to destroy().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abi/generation.hpp"
#include "base/result.hpp"
#include "serai/abi.h"

namespace serai::abi {

class ModuleStates {
 public:
  explicit ModuleStates(const Generation& code) : code_(code) {}

  Result<serai_entity*> create(int kind, std::string_view key) const;
  Result<serai_entity*> import(int kind,
                               std::string_view key,
                               std::uint32_t schema,
                               std::string_view bytes) const;
  Result<std::string> write(int kind,
                            const serai_entity* state,
                            std::uint32_t schema,
                            std::uint32_t purpose) const;
  void destroy(int kind, serai_entity* state) const;
  Result<> self_test() const;

 private:
  const Generation& code_;
};

}  // namespace serai::abi
