// ElfImage: the headers, symbols and sections of a shared object, read without executing it.
//
// Hostile files are safe: every offset and count is checked against the bytes given.
//
// Errors  invalid_argument: the file is no shared object for this machine, or it is damaged.
// Thread  any.
// Owner   the views borrow the bytes that the caller gave to read_elf().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace serai::loading {

struct ElfSymbol {
  std::string_view name;
  bool defined = false;
  bool exported = false;  // defined, and visible to other objects
  bool object = false;    // data, not code
  bool global = false;    // STB_GLOBAL
  bool weak = false;
  bool unique = false;  // STB_GNU_UNIQUE: keeps the library mapped for ever
  bool ifunc = false;   // resolved by code that runs during loading
};

struct ElfVersionNeed {
  std::string_view library;  // "libc.so.6"
  std::string_view version;  // "GLIBC_2.34"
};

struct ElfImage {
  std::uint16_t machine = 0;
  std::vector<std::string_view> needed;
  std::string_view soname;
  std::optional<std::string_view> search_path;  // RPATH or RUNPATH
  bool bind_now = false;
  bool no_delete = false;
  bool executable = false;  // a position independent program, not a library
  bool text_relocations = false;
  bool static_tls = false;
  bool tls = false;
  bool executable_stack = false;
  bool writable_code = false;
  std::vector<ElfSymbol> symbols;
  std::vector<ElfVersionNeed> version_needs;  // without weak ones
  std::vector<std::string_view> version_defs;
  std::map<std::string_view, std::string_view> sections;  // contents by name
  std::string build_id;                                   // hex, empty when there is none

  std::optional<std::string_view> section(std::string_view name) const;
};

Result<ElfImage> read_elf(std::string_view bytes);

// The build id in a block of ELF notes, as hex; empty when there is none.
std::string find_build_id(std::string_view notes);

std::uint16_t host_machine();  // EM_X86_64 or EM_AARCH64

}  // namespace serai::loading
