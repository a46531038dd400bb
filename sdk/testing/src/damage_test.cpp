// damage_test(): imports states that are cut short at every byte, or have a bit flipped.
#include <dlfcn.h>
#include <malloc.h>

#include <functional>

// The host's headers come first, see host_headers.hpp.
// clang-format off
#include "subject.hpp"
#include "serai/testing/swap_test.hpp"
// clang-format on

// A function of the sanitizers; null in a program without one.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): they name it
extern "C" [[gnu::weak]] std::size_t __sanitizer_get_current_allocated_bytes();

namespace serai::testing {
namespace {

using Visit = std::function<void(const Recorded& damaged, const std::string& how)>;

void for_each_damage(const std::vector<Recorded>& states, const Visit& visit) {
  for (const Recorded& state : states) {
    Recorded damaged = state;
    for (std::size_t i = 0; i < state.bytes.size(); ++i) {
      damaged.bytes = state.bytes.substr(0, i);
      visit(damaged, "cut at " + std::to_string(i));
      damaged.bytes = state.bytes;
      for (int bit = 0; bit < 8; ++bit) {
        damaged.bytes[i] = static_cast<char>(state.bytes[i] ^ (1 << bit));
        visit(damaged, "bit " + std::to_string(bit) + " flipped at " + std::to_string(i));
      }
    }
  }
}

// Checks one damaged state, and returns what is wrong; empty: nothing. The module must refuse the
// state with a reason, or read it. After reading it, the module must write it in every schema, or
// refuse that with a reason. It must read its export in its own schema, and write that unchanged.
std::string judge(OpenSubject& module, const Recorded& damaged, Report& report) {
  const auto held = module.read(damaged);
  if (!held) {
    ++report.refused;
    return held.error().detail.empty() ? "refused without a reason" : "";
  }
  const std::uint32_t own = module.schema_of(damaged.kind);
  for (const std::uint32_t schema : module.writes(damaged.kind)) {
    const auto written = module.write(*held, schema);
    if (!written && (schema == own || written.error().detail.empty())) {
      return "read, but not written in schema " + std::to_string(schema) + ": " +
             written.error().detail;
    }
  }
  const auto first = module.write(*held, own);
  if (!first) return "read, but not written: " + first.error().detail;
  Recorded again{damaged.kind, damaged.key, own, *first};
  if (const Result<> back = module.through(again); !back) {
    return "read and written, but not read again: " + back.error().detail;
  }
  return again.bytes == *first ? "" : "its export changes when it is read and written again";
}

// Turns off the log of the modules' Protobuf library, which writes a line for every damaged text.
void quiet_protobuf() {
  void* library = dlopen("libprotobuf-lite.so.32", RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) return;
  using SetLogHandler = void* (*)(void*);
  void* found = dlsym(library,
                      "_ZN6google8protobuf13SetLogHandlerEPFvNS0_8LogLevelEPKciRKNSt7__cxx1112"
                      "basic_stringIcSt11char_traitsIcESaIcEEEE");
  if (found != nullptr) reinterpret_cast<SetLogHandler>(found)(nullptr);
  dlclose(library);
}

// The allocated bytes of the process. A sanitizer replaces malloc, so it is asked instead.
std::size_t bytes_in_use() {
  return __sanitizer_get_current_allocated_bytes == nullptr
             ? mallinfo2().uordblks
             : __sanitizer_get_current_allocated_bytes();
}

// The first run has filled all caches. A thousand further imports must then leave no memory
// allocated, except for some noise.
constexpr std::size_t kImportsMin = 1000;
constexpr std::size_t kNoiseBytes = 1024;

void check_leaks(OpenSubject& module, const std::vector<Recorded>& states, Report& report) {
  Report ignored;
  std::size_t imports = 0;
  const std::size_t before = bytes_in_use();
  while (imports < kImportsMin) {
    for_each_damage(states, [&](const Recorded& damaged, const std::string&) {
      ++imports;
      judge(module, damaged, ignored);
    });
    if (imports == 0) return;
  }
  const std::size_t after = bytes_in_use();
  if (after > before + kNoiseBytes) {
    report.findings.push_back(std::to_string(imports) + " damaged states left " +
                              std::to_string(after - before) + " bytes behind");
  }
}

}  // namespace

Report damage_test(const Subject& module, const std::vector<Recorded>& states) {
  OpenSubject subject(module);
  quiet_protobuf();
  Report report;
  for_each_damage(states, [&](const Recorded& damaged, const std::string& how) {
    ++report.checked;
    const std::string found = judge(subject, damaged, report);
    if (!found.empty()) {
      report.findings.push_back(damaged.kind + " " + damaged.key + " " + how + ": " + found);
    }
  });
  check_leaks(subject, states, report);
  return report;
}

}  // namespace serai::testing
