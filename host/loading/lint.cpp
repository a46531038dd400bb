#include "loading/lint.hpp"

#include <link.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/file_io.hpp"

namespace serai::loading {
namespace {

constexpr std::string_view kEntrySymbol = "serai_module_entry";

std::string_view file_name(const dl_phdr_info& library) {
  const std::string_view path = library.dlpi_name == nullptr ? "" : library.dlpi_name;
  return path.substr(path.rfind('/') + 1);
}

bool is_loaded(std::string_view name) {
  return ::dl_iterate_phdr(
             [](dl_phdr_info* library, std::size_t /*size*/, void* wanted) {
               return file_name(*library) == *static_cast<std::string_view*>(wanted) ? 1 : 0;
             },
             &name) != 0;
}

// A module that is built with a sanitizer may use the sanitizer's library when the host is built
// with it too, because the library is loaded already then.
bool is_sanitizer(std::string_view name) {
  return name.starts_with("libasan.so.") || name.starts_with("libubsan.so.") ||
         name.starts_with("libclang_rt.asan-") || name.starts_with("libtsan.so.");
}

bool is_allowed_library(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kAllowed = {
      "libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libprotobuf-lite.so.32"};
  if (std::find(kAllowed.begin(), kAllowed.end(), name) != kAllowed.end()) return true;
  if (name.starts_with("ld-linux")) return true;
  return is_sanitizer(name) && is_loaded(name);
}

struct Ban {
  std::string_view name;
  std::string_view reason;
  bool prefix = false;
};

constexpr std::string_view kThreads = "modules start no threads: send messages instead";
constexpr std::string_view kThreadEnd = "the thread belongs to the host, which still needs it";
constexpr std::string_view kSignals = "signal handlers belong to the host";
// atexit() is allowed: it is linked into the module and imports only what every static destructor
// imports. Its hooks belong to the module and run when the module is closed.
constexpr std::string_view kExit = "exit hooks outlive the code: put it in close()";
constexpr std::string_view kLocals = "thread-local values keep the library mapped";
constexpr std::string_view kProcess = "processes belong to the host";
constexpr std::string_view kJump = "no longjmp crosses the border";
constexpr std::string_view kLoading = "a module is one file and loads nothing";
constexpr std::array<Ban, 45> kBans = {{
    {"pthread_create", kThreads},
    {"thrd_create", kThreads},
    {"_ZNSt6thread15_M_start_thread", kThreads, true},
    {"clone", kThreads},
    {"pthread_exit", kThreadEnd},
    {"thrd_exit", kThreadEnd},
    {"syscall", "a raw system call bypasses the host"},
    {"signal", kSignals},
    {"__sysv_signal", kSignals},
    {"bsd_signal", kSignals},
    {"sigaction", kSignals},
    {"sigprocmask", kSignals},
    {"pthread_sigmask", kSignals},
    {"on_exit", kExit},
    {"__cxa_at_quick_exit", kExit},
    {"__cxa_thread_atexit", kLocals, true},
    {"pthread_key_create", kLocals},
    {"tss_create", kLocals},
    {"fork", kProcess},
    {"vfork", kProcess},
    {"exec", kProcess, true},
    {"fexecve", kProcess},
    {"posix_spawn", kProcess, true},
    {"system", kProcess},
    {"popen", kProcess},
    {"kill", kProcess},
    {"exit", kProcess},
    {"_exit", kProcess},
    {"_Exit", kProcess},
    {"quick_exit", kProcess},
    {"dlopen", kLoading},
    {"dlmopen", kLoading},
    {"dlsym", kLoading},
    {"dlvsym", kLoading},
    {"dlclose", kLoading},
    {"setuid", kProcess},
    {"setgid", kProcess},
    {"setrlimit", kProcess},
    {"setrlimit64", kProcess},
    {"prlimit", kProcess},
    {"prlimit64", kProcess},
    {"longjmp", kJump},
    {"_longjmp", kJump},
    {"siglongjmp", kJump},
    {"__longjmp_chk", kJump},
}};

constexpr std::string_view kThreadKey = "__pthread_key_create";

// Why an import is banned; empty when it is not.
std::string_view ban_reason(const ElfSymbol& symbol) {
  for (const Ban& ban : kBans) {
    if (ban.prefix ? symbol.name.starts_with(ban.name) : symbol.name == ban.name) {
      return ban.reason;
    }
  }
  // The headers of libgcc add weak references to this function. Only a strong one is a use.
  if (symbol.name == kThreadKey && !symbol.weak) return kLocals;
  return {};
}

// The versions that the libraries loaded in this process define, by soname.
using LoadedVersions = std::map<std::string, std::set<std::string>, std::less<>>;

int add_library(dl_phdr_info* info, std::size_t /*size*/, void* out) {
  const std::string name(file_name(*info));
  if (!is_allowed_library(name)) return 0;
  const Result<std::string> bytes = read_file(info->dlpi_name, kModuleBytesMax);
  if (!bytes) return 0;
  const Result<ElfImage> image = read_elf(*bytes);
  if (!image) return 0;
  auto& versions = (*static_cast<LoadedVersions*>(out))[name];
  for (const std::string_view version : image->version_defs) versions.emplace(version);
  return 0;
}

const LoadedVersions& loaded_versions() {
  static const LoadedVersions kVersions = [] {
    LoadedVersions found;
    ::dl_iterate_phdr(&add_library, &found);
    return found;
  }();
  return kVersions;
}

// Detects Rust's standard library by the source paths in its panics, which stripping does not
// remove.
bool has_rust_std(const ElfImage& image) {
  const std::optional<std::string_view> constants = image.section(".rodata");
  return constants && constants->find("library/std/src/") != std::string_view::npos;
}

class Lint {
 public:
  Lint(const ElfImage& image, bool stays_mapped)
      : image_(image), stays_mapped_(stays_mapped), rust_std_(has_rust_std(image)) {}

  std::vector<Finding> run() {
    flags();
    exports();
    imports();
    libraries();
    sections();
    return std::move(findings_);
  }

 private:
  void find(std::string rule, std::string message) {
    findings_.push_back({std::move(rule), std::move(message)});
  }

  void flags() {
    if (image_.executable) {
      find("elf.type", "this is a program, not a library: link with -shared, not -pie");
    }
    if (image_.no_delete && !stays_mapped_) {
      find(
          "elf.nodelete",
          "marked as never to be unloaded: link without -z nodelete, or set \"stays_mapped\": true "
          "in the manifest");
    }
    if (image_.static_tls) {
      find("elf.static_tls",
           "uses the static thread-local block, which unloading does not give back: remove "
           "thread_local variables, compile without -ftls-model=initial-exec");
    }
    if (image_.tls && !(stays_mapped_ && rust_std_)) {
      find("elf.tls",
           rust_std_
               ? "has thread-local variables; this looks like Rust's standard library: use no_std, "
                 "see examples/rust_counter of the SDK, or set \"stays_mapped\": true in the "
                 "manifest"
               : "has thread-local variables: keep state in the entity, it moves between threads");
    }
    if (!image_.bind_now) {
      find("elf.bind_now",
           "symbols are bound on first use, so a missing one would kill a handler: link with "
           "-Wl,-z,now -Wl,-z,defs");
    }
    if (image_.text_relocations) {
      find("elf.textrel", "its code must be patched to load: compile everything with -fPIC");
    }
    if (image_.executable_stack) {
      find("elf.exec_stack", "asks for executable stacks: link with -Wl,-z,noexecstack");
    }
    if (image_.writable_code) {
      find("elf.writable_code",
           "has code that can be written to: keep no section writable and executable, link without "
           "-N");
    }
    if (image_.search_path) {
      find("elf.search_path",
           "brings its own library search path (" + std::string(*image_.search_path) +
               "): link without -rpath");
    }
  }

  // Finds a symbol of a kind that a module must not have.
  void symbol_kind(const ElfSymbol& symbol) {
    if (symbol.unique) {
      find("elf.unique",
           std::string(symbol.name) +
               " is a unique symbol, which pins the library for ever: compile with "
               "-fno-gnu-unique and hide all but the entry by a version script");
    }
    if (symbol.ifunc) {
      find("elf.ifunc",
           std::string(symbol.name) +
               " is resolved by running code while loading: "
               "remove the ifunc or target_clones attribute");
    }
  }

  void exports() {
    std::size_t entries = 0;
    std::string others;
    std::size_t other_count = 0;
    for (const ElfSymbol& symbol : image_.symbols) {
      symbol_kind(symbol);
      if (!symbol.exported || symbol.unique) continue;
      if (symbol.name == kEntrySymbol) {
        ++entries;
        if (!symbol.object || !symbol.global) {
          find("elf.entry", "serai_module_entry is not a constant of type serai_module");
        }
      } else if (++other_count <= 3) {
        others += " " + std::string(symbol.name);
      }
    }
    if (entries == 0) {
      find("elf.entry",
           "exports no serai_module_entry: define it with SERAI_EXPORT (C) or "
           "SERAI_EXPORT_MODULE (C++)");
    }
    if (other_count > 0) {
      find("elf.exports",
           "exports " + std::to_string(other_count) + " symbols besides the entry:" + others +
               (other_count > 3 ? " …" : "") +
               "; use the version script { global: serai_module_entry; local: *; };");
    }
  }

  void imports() {
    for (const ElfSymbol& symbol : image_.symbols) {
      if (symbol.defined) continue;
      const std::string_view reason = ban_reason(symbol);
      if (!reason.empty() && !is_let_pass(symbol, reason)) {
        find("elf.import", "uses " + std::string(symbol.name) + ": " + std::string(reason));
      }
    }
  }

  // Allows Rust's standard library in code that stays mapped: its thread keys and thread-local
  // destructors, and the system calls of its locks.
  bool is_let_pass(const ElfSymbol& symbol, std::string_view reason) const {
    return stays_mapped_ && rust_std_ && (reason == kLocals || symbol.name == "syscall");
  }

  void libraries() {
    for (const std::string_view name : image_.needed) {
      if (is_allowed_library(name)) continue;
      find("elf.needed",
           "needs " + std::string(name) +
               ", which another version would share or miss: link it statically, hidden "
               "(-Wl,--exclude-libs,ALL), or do without");
    }
    for (const ElfVersionNeed& need : image_.version_needs) {
      const auto loaded = loaded_versions().find(need.library);
      if (loaded == loaded_versions().end()) continue;  // the dynamic linker checks it in the probe
      if (loaded->second.count(std::string(need.version)) > 0) continue;
      find("elf.version",
           "needs " + std::string(need.version) + " of " + std::string(need.library) +
               ", which is newer than this host's: build on the host's system or an older one");
    }
  }

  void sections() {
    if (image_.build_id.empty()) {
      find("elf.build_id", "has no build id: link with -Wl,--build-id=sha1");
    }
    if (!image_.section(".serai.manifest")) {
      find("manifest.missing",
           "has no .serai.manifest section: use SERAI_MANIFEST (C) or serai_add_module()");
    }
  }

  const ElfImage& image_;
  bool stays_mapped_;
  bool rust_std_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lint(const ElfImage& image, bool stays_mapped) {
  return Lint(image, stays_mapped).run();
}

std::vector<std::string_view> banned_imports() {
  std::vector<std::string_view> names{kThreadKey};
  for (const Ban& ban : kBans) names.push_back(ban.name);
  return names;
}

Error refusal_of(const std::string& module, const std::vector<Finding>& findings) {
  Error error{Errc::failed_precondition, ""};
  for (const Finding& finding : findings) {
    if (!error.detail.empty()) error.detail += "\n";
    error.detail += module + ": " + finding.rule + ": " + finding.message;
  }
  return error;
}

}  // namespace serai::loading
