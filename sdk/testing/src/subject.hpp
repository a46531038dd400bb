// OpenSubject: a module under test without a host: it imports and exports states.
//
// Errors  what cannot be opened throws std::runtime_error.
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
  // Reads a state and writes it in `schema`; 0: the version's own.
  Result<> through(Recorded& state, std::uint32_t schema = 0);

  std::uint32_t schema_of(std::string_view kind) const;  // the schema it writes; 0: no such kind
  std::vector<std::uint32_t> writes(std::string_view kind) const;
  // Whether two states of one schema agree in every field the module's messages declare.
  bool says_same(std::string_view kind, std::string_view left, std::string_view right) const;

 private:
  const abi::KindContract* kind_of(std::string_view kind) const;  // null: no such kind

  TestHost host_;
  OpenedModule module_;
  abi::ModuleStates states_;
  std::unique_ptr<loading::Descriptors> descriptors_;  // null: linked in without its contract
};

}  // namespace serai::testing
