// Loader: makes a Generation of a verified file: private copy, code, instance. It serves nothing
// yet.
//
// Errors  failed_precondition: the entry is wrong or the module refuses to open; and those of
//         SharedLibrary.
// Thread  the loader thread.
// Owner   the Generation owns library and instance; the cached file's name stays in use until both
//         are gone.
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
  std::string holder;  // what keeps the code mapped, as text; empty: it is unmapped
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

// Checks that the loaded entry agrees with the manifest that was read from the file before.
Result<> check_entry(const serai_module& entry, std::string_view manifest);

}  // namespace serai::loading
