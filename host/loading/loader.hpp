// Loader: creates a Generation from a verified file. It maps the private copy, checks the module's
// entry and opens an instance. The Generation serves nothing until the runtime installs it.
//
// Errors  failed_precondition: the entry is wrong, or the module's open() failed; and the errors of
//         SharedLibrary.
// Thread  the loader thread.
// Owner   the Generation owns the library and the instance. The cached file's name stays in use
//         until both are destroyed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "abi/generation.hpp"
#include "base/result.hpp"
#include "loading/module_cache.hpp"

namespace serai::loading {

struct ClosedModule {
  std::string module;
  std::string version;
  std::uint64_t generation = 0;
  std::string file;    // the name of the private copy
  std::string holder;  // the cause that keeps the code mapped, as text; empty: it is unmapped
};

struct LoadRequest {
  std::uint64_t generation = 0;
  std::string release;
  const abi::ModuleHost* host = nullptr;  // borrowed and copied: each version has its own
  // Called by the thread that destroys the Generation.
  std::function<void(const ClosedModule& closed)> on_closed;
};

struct LoadedModule {
  std::unique_ptr<abi::Generation> generation;
  std::int64_t open_us = 0;  // microseconds for mapping the file and its constructors
};

struct OpenRequest {
  std::uint64_t generation = 0;
  std::string release;
  abi::ModuleHost host;
};

// Checks the entry of a library that is mapped, and opens an instance of it.
Result<std::unique_ptr<abi::Generation>> open_module(const VerifiedModule& module,
                                                     std::unique_ptr<abi::Library> library,
                                                     const serai_module& entry,
                                                     const OpenRequest& request);

// The same for a module that is linked into the program. It has no verified file, so its manifest
// is read from the entry and checked here. With an empty descriptor set no message can be
// translated. Errors also: those of verify_linked().
Result<std::unique_ptr<abi::Generation>> open_linked_module(const serai_module& entry,
                                                            std::string_view descriptor_set,
                                                            const OpenRequest& request);

// Maps the private copy, and opens an instance of it.
Result<LoadedModule> load_module(const VerifiedModule& module,
                                 CachedFile file,
                                 const LoadRequest& request);

}  // namespace serai::loading
