// OpenedModule: one version of one module, verified, loaded and opened as a serving host does it.
//
// Files are copied aside first, so each World has code and static data of its own.
//
// Errors  what cannot be opened throws std::runtime_error with the host's reason.
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
  std::string descriptor_set;  // empty: linked in without its contract
};

OpenedModule open_module(const std::string& path,
                         std::uint64_t number,
                         const abi::ModuleHost& host);
// A linked-in module. Without a contract its messages are not translated.
OpenedModule open_module(const serai_module& entry,
                         std::string_view contract,
                         std::uint64_t number,
                         const abi::ModuleHost& host);

}  // namespace serai::testing
