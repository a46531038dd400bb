// SharedLibrary: a module's code in this process. The only dlopen and dlclose of the host.
//
// Errors  failed_precondition with the dynamic linker's message; aborted when the mapped code is
//         not the file's (its build id differs).
// Thread  the loader thread: constructors run here, under the dynamic linker's lock.
// Owner   closing unmaps the code, unless a thread runs it or the module stays mapped; `on_closed`
//         is called with the outcome.
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
  // `holder`: what keeps the code mapped, as text; empty when it is unmapped.
  using Closed = std::function<void(const std::string& holder)>;

  // `stays_mapped`: from the module's manifest. Closing then leaves the code mapped, because the
  // thread-local destructors that it has registered run when the threads end.
  static Result<std::unique_ptr<SharedLibrary>> open(const std::filesystem::path& path,
                                                     const std::string& build_id,
                                                     Closed on_closed,
                                                     bool stays_mapped = false);
  ~SharedLibrary() override;
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;

  const serai_module* entry() const { return entry_; }
  std::int64_t open_us() const { return open_us_; }  // constructors included

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

// What keeps the file's code mapped after dlclose(), as text: a cause in the file itself, or
// another part of the process that has it open.
std::string holder_of(const std::filesystem::path& path);

}  // namespace serai::loading
