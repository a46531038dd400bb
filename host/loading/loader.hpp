// Loader: a verified file becomes a Generation: private copy, code, instance. Nothing of it is live
// yet.
//
// Errors  failed_precondition: the entry is wrong or the module refuses to open; as SharedLibrary.
// Thread  the loader thread.
// Owner   the Generation owns library and instance; the cached file's name is taken until both are
//         gone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "abi/generation.hpp"
#include "base/result.hpp"
#include "loading/module_cache.hpp"

namespace serai::loading {

struct ClosedModule {
  std::string module;
  std::string version;
  std::uint64_t generation = 0;
  std::string file;    // name of the copy it was loaded from
  std::string holder;  // what keeps the code mapped, in words; empty: it is gone
};

struct LoadRequest {
  std::uint64_t generation = 0;
  std::string release;
  const abi::ModuleHost* host = nullptr;  // copied: each version has one of its own
  std::function<void(const ClosedModule& closed)> on_closed;
};

struct LoadedModule {
  std::unique_ptr<abi::Generation> generation;
  std::int64_t open_us = 0;  // mapping and constructors
};

struct OpenRequest {
  std::uint64_t generation = 0;
  std::string release;
  abi::ModuleHost host;
};

// Checks the entry of a library that is mapped and opens an instance of it.
Result<std::unique_ptr<abi::Generation>> open_module(const VerifiedModule& module,
                                                     std::unique_ptr<abi::Library> library,
                                                     const serai_module& entry,
                                                     const OpenRequest& request);

Result<LoadedModule> load_module(const VerifiedModule& module,
                                 CachedFile file,
                                 const LoadRequest& request);

// The entry's own words against what the file declared before it was executed.
Result<> check_entry(const serai_module& entry, std::string_view manifest);

}  // namespace serai::loading
