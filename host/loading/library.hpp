// SharedLibrary: a module's code in this process. The host calls dlopen() and dlclose() nowhere
// else.
//
// Errors  failed_precondition: the dynamic linker's message, or a constructor threw. aborted: the
//         mapped code is not the file's, because its build id differs.
// Thread  the loader thread. It runs the library's constructors under the dynamic linker's lock.
// Owner   the destructor unmaps the code, unless a thread runs it or the module stays mapped. Then
//         it calls `on_closed` with the outcome.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "abi/generation.hpp"
#include "base/result.hpp"

namespace serai::loading {

class SharedLibrary final : public abi::Library {
 public:
  // `holder`: the cause that keeps the code mapped, as text; empty: it is unmapped.
  using Closed = std::function<void(const std::string& holder)>;

  // `build_id`: of the verified file. `on_closed` may be null. `stays_mapped`: from the module's
  // manifest. The destructor then leaves the code mapped, because thread-local destructors of the
  // module run when their threads end.
  static Result<std::unique_ptr<SharedLibrary>> open(const std::filesystem::path& path,
                                                     const std::string& build_id,
                                                     Closed on_closed,
                                                     bool stays_mapped = false);
  ~SharedLibrary() override;
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;

  const serai_module* entry() const { return entry_; }
  std::int64_t open_us() const { return open_us_; }  // microseconds, constructors included

 private:
  SharedLibrary(void* handle, bool stays_mapped, std::filesystem::path path, Closed on_closed)
      : handle_(handle),
        stays_mapped_(stays_mapped),
        path_(std::move(path)),
        on_closed_(std::move(on_closed)) {}

  void* handle_;
  bool stays_mapped_;
  std::filesystem::path path_;
  Closed on_closed_;
  const serai_module* entry_ = nullptr;
  std::int64_t open_us_ = 0;
};

// The first mapping of the file in this process: "7f…-7f… r-xp"; empty: none.
std::string mapping_of(const std::filesystem::path& path);

// The cause that keeps the file's code mapped after dlclose(), as text: a property of the file, or
// another part of the process that has it open.
std::string holder_of(const std::filesystem::path& path);

}  // namespace serai::loading
