// OpenedModule: one version of one module, verified, loaded and opened as a serving host does it.
//
// A module's file is copied before it is loaded, so that each World has its own code and static
// data.
//
// Errors  a module that cannot be opened throws std::runtime_error with the host's reason.
// Thread  one.
// Owner   the generation closes the instance, then the library.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "host_headers.hpp"

namespace serai::testing {

struct OpenedModule {
  std::unique_ptr<abi::Generation> generation;
  std::string manifest;
  std::string descriptor_set;  // empty for a linked-in module without a contract
};

// Opens the module in a file. `number` becomes the id of the generation.
OpenedModule open_module(const std::string& path,
                         std::uint64_t number,
                         const abi::ModuleHost& host);
// Opens a linked-in module. With an empty contract its messages are not translated.
OpenedModule open_module(const serai_module& entry,
                         std::string_view contract,
                         std::uint64_t number,
                         const abi::ModuleHost& host);

}  // namespace serai::testing
