#include "loading/elf_file.hpp"

#include <elf.h>

#include <cstring>

#include "base/hex.hpp"

namespace serai::loading {
namespace {

constexpr std::size_t kSymbolsMax = 1U << 20;
constexpr std::size_t kChainMax = 4096;  // of linked version entries, so that a cycle ends

Error damaged(std::string_view what) {
  return {Errc::invalid_argument,
          "damaged ELF file (" + std::string(what) + "): copy or build it again"};
}

// Access to the file's bytes; none for a range outside the file.
class Bytes {
 public:
  explicit Bytes(std::string_view all) : all_(all) {}

  template <class T>
  std::optional<T> at(std::uint64_t offset) const {
    const auto view = slice(offset, sizeof(T));
    if (!view) return std::nullopt;
    T value;
    std::memcpy(&value, view->data(), sizeof(T));
    return value;
  }
  std::optional<std::string_view> slice(std::uint64_t offset, std::uint64_t size) const {
    if (offset > all_.size() || size > all_.size() - offset) return std::nullopt;
    return all_.substr(offset, size);
  }

 private:
  std::string_view all_;
};

// A string of a string table; none when it does not end inside the table.
std::optional<std::string_view> text_in(std::string_view table, std::uint64_t offset) {
  if (offset >= table.size()) return std::nullopt;
  const std::string_view rest = table.substr(offset);
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return rest.substr(0, end);
}

struct DynamicTable {
  std::uint64_t strings = 0;
  std::uint64_t strings_size = 0;
  std::uint64_t symbols = 0;
  std::uint64_t version_needs = 0;
  std::uint64_t version_need_count = 0;
  std::uint64_t version_defs = 0;
  std::uint64_t version_def_count = 0;
  std::vector<std::uint64_t> needed;
  std::optional<std::uint64_t> soname;
  std::optional<std::uint64_t> search_path;
};

class Reader {
 public:
  explicit Reader(std::string_view all) : bytes_(all) {}

  Result<ElfImage> read() {
    for (auto step : {&Reader::header,
                      &Reader::segments,
                      &Reader::dynamic,
                      &Reader::names,
                      &Reader::section_table,
                      &Reader::version_needs,
                      &Reader::version_defs}) {
      if (Result<> done = (this->*step)(); !done) return std::move(done).error();
    }
    return std::move(image_);
  }

 private:
  Result<> header() {
    const auto ident = bytes_.slice(0, EI_NIDENT);
    if (!ident || std::memcmp(ident->data(), ELFMAG, SELFMAG) != 0) {
      return {Errc::invalid_argument, "not an ELF file: give the module's shared library (.so)"};
    }
    const auto found = bytes_.at<Elf64_Ehdr>(0);
    if ((*ident)[EI_CLASS] != ELFCLASS64 || (*ident)[EI_DATA] != ELFDATA2LSB || !found) {
      return {Errc::invalid_argument,
              "not a 64-bit little-endian ELF file: build for this host's machine"};
    }
    if (found->e_type != ET_DYN) {
      return {Errc::invalid_argument, "not a shared object: link the module with -shared"};
    }
    if (found->e_machine != host_machine()) {
      return {Errc::invalid_argument,
              "built for another machine (ELF machine " + std::to_string(found->e_machine) +
                  ", this host is " + std::to_string(host_machine()) + ")"};
    }
    header_ = *found;
    image_.machine = found->e_machine;
    return success();
  }

  Result<> segments() {
    if (header_.e_phentsize != sizeof(Elf64_Phdr)) return damaged("program headers");
    for (std::uint64_t i = 0; i < header_.e_phnum; ++i) {
      const auto segment = bytes_.at<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr));
      if (!segment || !bytes_.slice(segment->p_offset, segment->p_filesz)) {
        return damaged("a segment lies outside the file");
      }
      note_segment(*segment);
    }
    return success();
  }

  void note_segment(const Elf64_Phdr& segment) {
    segments_.push_back(segment);
    const auto contents = bytes_.slice(segment.p_offset, segment.p_filesz);
    if (segment.p_type == PT_TLS) image_.tls = true;
    if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X) != 0) {
      image_.executable_stack = true;
    }
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 &&
        (segment.p_flags & PF_W) != 0) {
      image_.writable_code = true;
    }
    if (segment.p_type == PT_NOTE && image_.build_id.empty()) {
      image_.build_id = find_build_id(*contents);
    }
  }

  std::optional<std::uint64_t> offset_of(std::uint64_t address) const {
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
          address - segment.p_vaddr < segment.p_filesz) {
        return segment.p_offset + (address - segment.p_vaddr);
      }
    }
    return std::nullopt;
  }

  Result<> dynamic() {
    const Elf64_Phdr* table = nullptr;
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type == PT_DYNAMIC) table = &segment;
    }
    if (table == nullptr) {
      return {Errc::invalid_argument, "no dynamic section: link the module with -shared"};
    }
    for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= table->p_filesz; at += sizeof(Elf64_Dyn)) {
      const auto entry = bytes_.at<Elf64_Dyn>(table->p_offset + at);
      if (!entry) return damaged("dynamic section");
      if (entry->d_tag == DT_NULL) return success();
      note_dynamic(*entry);
    }
    return success();
  }

  void note_dynamic(const Elf64_Dyn& entry) {
    const std::uint64_t value = entry.d_un.d_val;
    switch (entry.d_tag) {
      case DT_NEEDED:
        table_.needed.push_back(value);
        break;
      case DT_SONAME:
        table_.soname = value;
        break;
      case DT_RPATH:
      case DT_RUNPATH:
        table_.search_path = value;
        break;
      case DT_STRTAB:
        table_.strings = value;
        break;
      case DT_STRSZ:
        table_.strings_size = value;
        break;
      case DT_SYMTAB:
        table_.symbols = value;
        break;
      case DT_VERNEED:
        table_.version_needs = value;
        break;
      case DT_VERNEEDNUM:
        table_.version_need_count = value;
        break;
      case DT_VERDEF:
        table_.version_defs = value;
        break;
      case DT_VERDEFNUM:
        table_.version_def_count = value;
        break;
      case DT_BIND_NOW:
        image_.bind_now = true;
        break;
      case DT_TEXTREL:
        image_.text_relocations = true;
        break;
      case DT_FLAGS:
        image_.bind_now |= (value & DF_BIND_NOW) != 0;
        image_.text_relocations |= (value & DF_TEXTREL) != 0;
        image_.static_tls |= (value & DF_STATIC_TLS) != 0;
        break;
      case DT_FLAGS_1:
        image_.bind_now |= (value & DF_1_NOW) != 0;
        image_.no_delete |= (value & DF_1_NODELETE) != 0;
        image_.executable |= (value & DF_1_PIE) != 0;
        break;
      default:
        break;
    }
  }

  Result<> names() {
    const auto offset = offset_of(table_.strings);
    const auto strings = offset ? bytes_.slice(*offset, table_.strings_size) : std::nullopt;
    if (!strings) return damaged("dynamic strings");
    strings_ = *strings;
    for (const std::uint64_t at : table_.needed) {
      const auto name = text_in(strings_, at);
      if (!name) return damaged("name of a needed library");
      image_.needed.push_back(*name);
    }
    if (table_.soname) image_.soname = text_in(strings_, *table_.soname).value_or("");
    if (table_.search_path) {
      image_.search_path = text_in(strings_, *table_.search_path).value_or("?");
    }
    return success();
  }

  Result<> section_table() {
    if (header_.e_shnum == 0 || header_.e_shentsize != sizeof(Elf64_Shdr)) {
      return {Errc::invalid_argument, "no section headers: do not strip them from a module"};
    }
    const auto names = section(header_.e_shstrndx);
    const auto names_bytes = names ? bytes_.slice(names->sh_offset, names->sh_size) : std::nullopt;
    if (!names_bytes) return damaged("section names");
    bool symbols_seen = false;
    for (std::uint64_t i = 0; i < header_.e_shnum; ++i) {
      const auto entry = section(i);
      if (!entry) return damaged("section headers");
      if (Result<> noted = note_section(*entry, *names_bytes); !noted) return noted;
      symbols_seen = symbols_seen || entry->sh_type == SHT_DYNSYM;
    }
    return symbols_seen ? success() : Result<>(damaged("no dynamic symbols"));
  }

  Result<> note_section(const Elf64_Shdr& entry, std::string_view names) {
    if (entry.sh_type == SHT_NOBITS || entry.sh_type == SHT_NULL) return success();
    const auto contents = bytes_.slice(entry.sh_offset, entry.sh_size);
    const auto name = text_in(names, entry.sh_name);
    if (!contents || !name) return damaged("a section lies outside the file");
    image_.sections.emplace(*name, *contents);
    if (entry.sh_type != SHT_DYNSYM) return success();
    return symbols(entry, *contents);
  }

  std::optional<Elf64_Shdr> section(std::uint64_t index) const {
    if (index >= header_.e_shnum) return std::nullopt;
    return bytes_.at<Elf64_Shdr>(header_.e_shoff + index * sizeof(Elf64_Shdr));
  }

  Result<> symbols(const Elf64_Shdr& entry, std::string_view contents) {
    // The dynamic linker uses the address from the dynamic section. A section header with another
    // table could hide symbols from these checks.
    if (entry.sh_addr != table_.symbols) return damaged("two tables of dynamic symbols");
    const std::size_t count = contents.size() / sizeof(Elf64_Sym);
    if (count > kSymbolsMax) return damaged("too many symbols");
    for (std::size_t i = 1; i < count; ++i) {
      Elf64_Sym raw;
      std::memcpy(&raw, contents.data() + i * sizeof(Elf64_Sym), sizeof(raw));
      const auto name = text_in(strings_, raw.st_name);
      if (!name) return damaged("name of a symbol");
      image_.symbols.push_back(describe(raw, *name));
    }
    return success();
  }

  static ElfSymbol describe(const Elf64_Sym& raw, std::string_view name) {
    const unsigned bind = ELF64_ST_BIND(raw.st_info);
    const unsigned type = ELF64_ST_TYPE(raw.st_info);
    const unsigned visibility = ELF64_ST_VISIBILITY(raw.st_other);
    ElfSymbol symbol;
    symbol.name = name;
    symbol.defined = raw.st_shndx != SHN_UNDEF;
    symbol.exported = symbol.defined && bind != STB_LOCAL && visibility != STV_HIDDEN &&
                      visibility != STV_INTERNAL;
    symbol.object = type == STT_OBJECT;
    symbol.global = bind == STB_GLOBAL;
    symbol.weak = bind == STB_WEAK;
    symbol.unique = symbol.defined && bind == STB_GNU_UNIQUE;
    symbol.ifunc = symbol.defined && type == STT_GNU_IFUNC;
    return symbol;
  }

  Result<> version_needs() {
    if (table_.version_needs == 0) return success();
    auto at = offset_of(table_.version_needs);
    for (std::uint64_t i = 0; i < table_.version_need_count; ++i) {
      const auto need = at ? bytes_.at<Elf64_Verneed>(*at) : std::nullopt;
      const auto library = need ? text_in(strings_, need->vn_file) : std::nullopt;
      if (!library || i > kChainMax) return damaged("needed versions");
      Result<> noted = note_version_needs(*library, *at + need->vn_aux, need->vn_cnt);
      if (!noted) return noted;
      *at += need->vn_next;
    }
    return success();
  }

  // Notes the versions that are needed of one library. `at` is the offset of the first entry.
  Result<> note_version_needs(std::string_view library, std::uint64_t at, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      const auto aux = bytes_.at<Elf64_Vernaux>(at);
      const auto version = aux ? text_in(strings_, aux->vna_name) : std::nullopt;
      if (!version || i > kChainMax) return damaged("needed versions");
      if ((aux->vna_flags & VER_FLG_WEAK) == 0) {
        image_.version_needs.push_back({library, *version});
      }
      at += aux->vna_next;
    }
    return success();
  }

  Result<> version_defs() {
    if (table_.version_defs == 0) return success();
    auto at = offset_of(table_.version_defs);
    for (std::uint64_t i = 0; i < table_.version_def_count; ++i) {
      const auto def = at ? bytes_.at<Elf64_Verdef>(*at) : std::nullopt;
      const auto aux = def ? bytes_.at<Elf64_Verdaux>(*at + def->vd_aux) : std::nullopt;
      const auto version = aux ? text_in(strings_, aux->vda_name) : std::nullopt;
      if (!version || i > kChainMax) return damaged("defined versions");
      image_.version_defs.push_back(*version);
      *at += def->vd_next;
    }
    return success();
  }

  Bytes bytes_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
  DynamicTable table_;
  std::string_view strings_;
  ElfImage image_;
};

}  // namespace

std::uint16_t host_machine() {
#if defined(__x86_64__)
  return EM_X86_64;
#elif defined(__aarch64__)
  return EM_AARCH64;
#else
#error "Serai runs on x86-64 and aarch64"
#endif
}

std::string find_build_id(std::string_view notes) {
  const Bytes bytes(notes);
  std::uint64_t at = 0;
  while (const auto note = bytes.at<Elf64_Nhdr>(at)) {
    const auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };
    const std::uint64_t name_at = at + sizeof(Elf64_Nhdr);
    const std::uint64_t body_at = name_at + padded(note->n_namesz);
    const auto name = bytes.slice(name_at, note->n_namesz);
    const auto body = bytes.slice(body_at, note->n_descsz);
    if (!name || !body) return {};
    if (note->n_type == NT_GNU_BUILD_ID && *name == std::string_view("GNU\0", 4)) {
      return hex(*body);
    }
    at = body_at + padded(note->n_descsz);
  }
  return {};
}

std::optional<std::string_view> ElfImage::section(std::string_view name) const {
  const auto found = sections.find(name);
  if (found == sections.end()) return std::nullopt;
  return found->second;
}

Result<ElfImage> read_elf(std::string_view bytes) { return Reader(bytes).read(); }

}  // namespace serai::loading
