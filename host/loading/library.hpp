// SharedLibrary: a module's code in this process. The only dlopen and dlclose of the host.
//
// Errors  failed_precondition with the dynamic linker's words; aborted when the code mapped is not
//         the file's (its build id differs).
// Thread  the loader thread: constructors run here, and the loader's lock is held meanwhile.
// Owner   closing unmaps the code, unless a thread runs it or it is one that stays mapped;
//         `on_closed` hears what became of it.
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
  // `holder`: what keeps the code mapped, in words; empty when it is gone.
  using Closed = std::function<void(const std::string& holder)>;

  // `stays_mapped`: its manifest says so. Closing leaves the code where it is, since what it has
  // registered with the threads runs when they end.
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

// What of the file is mapped into this process: "7f…-7f… r-xp"; empty for nothing.
std::string mapping_of(const std::filesystem::path& path);

// What in the file itself keeps its code mapped after dlclose(), in words; or that another part of
// the process has it open.
std::string holder_of(const std::filesystem::path& path);

}  // namespace serai::loading
