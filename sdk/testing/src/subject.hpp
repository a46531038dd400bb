// OpenSubject: the opened module under test, which imports and exports states.
//
// Errors  a module that cannot be opened throws std::runtime_error. Refusals of the module are
//         Results.
// Thread  one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host_headers.hpp"
#include "opened_module.hpp"
#include "serai/testing/swap_test.hpp"
#include "test_host.hpp"

namespace serai::testing {

struct DestroyState {
  const abi::Generation* code = nullptr;
  int kind = -1;
  void operator()(serai_entity* state) const { abi::ModuleStates(*code).destroy(kind, state); }
};
using HeldState = std::unique_ptr<serai_entity, DestroyState>;

class OpenSubject {
 public:
  explicit OpenSubject(const Subject& subject);

  Result<HeldState> read(const Recorded& state) const;
  Result<std::string> write(const HeldState& state, std::uint32_t schema);
  // Reads a state and replaces it by the module's export in `schema`; 0: the module's own schema.
  Result<> through(Recorded& state, std::uint32_t schema = 0);

  std::uint32_t schema_of(std::string_view kind) const;  // the kind's own schema; 0: no such kind
  std::vector<std::uint32_t> writes(std::string_view kind) const;  // all schemas it can write
  // Whether two states of one schema have equal values in all fields that the module's messages
  // declare.
  bool is_same_state(std::string_view kind, std::string_view left, std::string_view right) const;

 private:
  const abi::KindContract* kind_of(std::string_view kind) const;  // null: no such kind

  TestHost host_;
  OpenedModule module_;
  abi::ModuleStates states_;
  std::unique_ptr<loading::Descriptors> descriptors_;  // null for a module without a contract
};

}  // namespace serai::testing
