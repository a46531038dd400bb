// ModuleStates: the calls into a module that create, import, export and destroy the state of an
// entity, and the call of the module's self-test.
//
// Errors  the module's status. The detail is the module's reason or the text of its exception; it
//         is empty when the module gave none. entity_export() has no argument for a reason, so a
//         module logs it. A destroy() that throws is logged.
// Thread  the thread tags of abi.h hold for each call.
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
  // Exports the state. `purpose`: SERAI_FOR_CHECKPOINT and the like.
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
