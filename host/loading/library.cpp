#include "loading/library.hpp"

#include <dlfcn.h>
#include <link.h>

#include <chrono>
#include <fstream>

#include "base/file_io.hpp"
#include "loading/elf_file.hpp"
#include "loading/thread_inside.hpp"
#include "loading/verify.hpp"

namespace serai::loading {
namespace {

struct Search {
  ElfW(Addr) base;
  std::string build_id;
};

int find_loaded_build_id(dl_phdr_info* info, std::size_t /*size*/, void* out) {
  Search& search = *static_cast<Search*>(out);
  if (info->dlpi_addr != search.base) return 0;
  for (unsigned i = 0; i < info->dlpi_phnum && search.build_id.empty(); ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the dynamic linker gives addresses as numbers
    const auto* notes = reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
    search.build_id = find_build_id({notes, segment.p_filesz});
  }
  return 1;
}

// The build id of the mapped code. It may differ from the file's: for a path that is open already,
// dlopen() returns the code that it mapped earlier.
std::string loaded_build_id(void* handle) {
  link_map* map = nullptr;
  if (::dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) return {};
  Search search{map->l_addr, {}};
  ::dl_iterate_phdr(&find_loaded_build_id, &search);
  return search.build_id;
}

std::string linker_error() {
  const char* text = ::dlerror();  // NOLINT(concurrency-mt-unsafe): per thread in glibc
  return text == nullptr ? "unknown reason" : text;
}

}  // namespace

std::string mapping_of(const std::filesystem::path& path) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    if (line.ends_with(path.native())) return line.substr(0, line.find(' ', line.find(' ') + 1));
  }
  return {};
}

std::string holder_of(const std::filesystem::path& path) {
  const Result<std::string> bytes = read_file(path, kModuleBytesMax);
  const Result<ElfImage> image = bytes ? read_elf(*bytes) : bytes.error();
  if (!image) return "an unknown cause: its copy can no longer be read";
  if (image->no_delete) return "its flag NODELETE (-z nodelete)";
  for (const ElfSymbol& symbol : image->symbols) {
    if (symbol.unique) return "the unique symbol " + std::string(symbol.name);
    if (symbol.name.starts_with("__cxa_thread_atexit")) {
      return "a thread-local value with a destructor, on a thread that still runs";
    }
  }
  return "another part of the process, which has it open too";
}

Result<std::unique_ptr<SharedLibrary>> SharedLibrary::open(const std::filesystem::path& path,
                                                           const std::string& build_id,
                                                           Closed on_closed,
                                                           bool stays_mapped) {
  const auto start = std::chrono::steady_clock::now();
  void* handle = nullptr;
  try {
    handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  } catch (...) {
    return {Errc::failed_precondition, path.string() + ": a constructor threw while loading"};
  }
  const auto took = std::chrono::steady_clock::now() - start;
  if (handle == nullptr) return {Errc::failed_precondition, "cannot load: " + linker_error()};

  std::unique_ptr<SharedLibrary> library(
      new SharedLibrary(handle, stays_mapped, path, std::move(on_closed)));
  library->open_us_ = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  const std::string loaded = loaded_build_id(handle);
  if (loaded != build_id) {
    return {Errc::aborted,
            "the code mapped from " + path.string() + " has build id " + loaded + " instead of " +
                build_id + ": other code is loaded under this name"};
  }
  library->entry_ = static_cast<const serai_module*>(::dlsym(handle, "serai_module_entry"));
  if (library->entry_ == nullptr) {
    return {Errc::failed_precondition, "no serai_module_entry: " + linker_error()};
  }
  return library;
}

SharedLibrary::~SharedLibrary() {
  const std::string thread = thread_inside(path_);
  const bool stays = stays_mapped_ || !thread.empty();
  if (!stays) ::dlclose(handle_);
  if (!on_closed_) return;
  std::string holder;
  if (!thread.empty()) {
    holder = thread + " that it started";
  } else if (stays_mapped_) {
    holder = "\"stays_mapped\" in its manifest";
  } else if (!mapping_of(path_).empty()) {
    holder = holder_of(path_);
  }
  on_closed_(holder);
}

}  // namespace serai::loading
