#include "loaded.hpp"

#include <dlfcn.h>
#include <elf.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "serai/wire.hpp"

namespace serai::testing {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A struct at an offset of the file; throws when the file ends before it.
template <class T>
T at(const std::string& file, std::uint64_t offset) {
  if (offset > file.size() || sizeof(T) > file.size() - offset) {
    throw std::runtime_error("the module's file is cut short");
  }
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

std::string manifest_of(const serai_module& entry) {
  // As far as ABI 1.0 goes: what a later minor appends is not required of older modules.
  constexpr std::size_t kEntryBytesMin =
      offsetof(serai_module, self_test) + sizeof(serai_module::self_test);
  if (entry.struct_size < kEntryBytesMin || entry.magic != SERAI_MAGIC) {
    throw std::runtime_error("the entry is no Serai module");
  }
  if (entry.abi_major != SERAI_ABI_MAJOR) throw std::runtime_error("the module needs another ABI");
  return std::string(view(entry.manifest));
}

template <class Match>
int find_handler(const Declared& declared, Match match) {
  for (std::size_t i = 0; i < declared.handlers.size(); ++i) {
    if (match(declared.handlers[i])) return static_cast<int>(i);
  }
  return -1;
}

Outcome outcome_of(serai_status status, Sink& sink) {
  if (status == SERAI_OK) return {Status::ok, {}, std::move(sink.bytes)};
  return {static_cast<Status>(status), std::move(sink.bytes), {}};
}

}  // namespace

std::string& last_words() {
  thread_local std::string words;
  return words;
}

void LibraryCloser::operator()(void* handle) const { dlclose(handle); }

std::string read_section(const std::string& path, std::string_view name) {
  const std::string file = read_file(path);
  const auto header = at<Elf64_Ehdr>(file, 0);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    throw std::runtime_error(path + " is no ELF");
  const auto section_at = [&](std::uint64_t index) {
    return at<Elf64_Shdr>(file, header.e_shoff + index * sizeof(Elf64_Shdr));
  };
  const auto names = section_at(header.e_shstrndx);
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = section_at(i);
    const std::uint64_t start = names.sh_offset + section.sh_name;
    if (start >= file.size() || std::string_view(file.c_str() + start) != name) continue;
    return file.substr(section.sh_offset, section.sh_size);
  }
  return {};
}

Loaded::Loaded(const serai_module& table,
               std::string_view contract,
               const serai_host& host,
               Library library)
    : entry(table),
      declared(Declared::read(manifest_of(table))),
      messages(contract),
      library_(std::move(library)) {
  if (entry.open(&host, &instance) != SERAI_OK) {
    throw std::runtime_error("module " + declared.name + " refused to open");
  }
}

Loaded::~Loaded() { entry.close(instance); }

std::unique_ptr<Loaded> Loaded::open(const std::string& path, const serai_host& host) {
  Library library(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!library) throw std::runtime_error(dlerror());
  const auto* entry = static_cast<const serai_module*>(dlsym(library.get(), "serai_module_entry"));
  if (entry == nullptr) throw std::runtime_error(path + " has no serai_module_entry");
  if (read_section(path, ".serai.manifest") != manifest_of(*entry)) {
    throw std::runtime_error(path + ": the entry shows another manifest than the section");
  }
  return std::make_unique<Loaded>(
      *entry, read_section(path, ".serai.contract"), host, std::move(library));
}

int Loaded::find_kind(std::string_view name) const {
  for (std::size_t i = 0; i < declared.kinds.size(); ++i) {
    if (declared.kinds[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int Loaded::find_rpc(std::string_view kind, std::string_view name) const {
  return find_handler(declared, [&](const DeclaredHandler& handler) {
    return handler.on == "rpc" && handler.kind == kind && handler.name == name;
  });
}

int Loaded::find_trigger(std::string_view kind, std::string_view on) const {
  return find_handler(declared, [&](const DeclaredHandler& handler) {
    return handler.on == on && handler.kind == kind;
  });
}

int Loaded::find_data(std::string_view kind, std::int64_t op) const {
  return find_handler(declared, [&](const DeclaredHandler& handler) {
    return handler.on == "data" && handler.kind == kind && handler.op == op;
  });
}

int Loaded::find_timer(std::string_view kind, std::string_view name) const {
  return find_handler(declared, [&](const DeclaredHandler& handler) {
    return handler.on == "timer" && handler.kind == kind && handler.name == name;
  });
}

Outcome Loaded::import(int kind,
                       std::string_view key,
                       std::uint32_t schema,
                       std::string_view bytes,
                       serai_entity** out) const {
  Sink why;
  const serai_state state{sizeof(serai_state), schema, to_abi(key), to_bytes(bytes)};
  const serai_status status =
      entry.entity_import(instance, static_cast<std::uint32_t>(kind), &state, out, why.handle());
  return outcome_of(status, why);
}

Outcome Loaded::write(int kind, const serai_entity* entity, std::uint32_t schema) const {
  Sink bytes;
  last_words().clear();
  const serai_export request{sizeof(serai_export), schema, SERAI_FOR_SWAP, 0};
  const serai_status status = entry.entity_export(
      instance, static_cast<std::uint32_t>(kind), entity, &request, bytes.handle());
  if (status != SERAI_OK) return {static_cast<Status>(status), last_words(), {}};
  return outcome_of(status, bytes);
}

void Loaded::destroy(int kind, serai_entity* entity) const {
  entry.entity_destroy(instance, static_cast<std::uint32_t>(kind), entity);
}

Outcome Loaded::self_test() const {
  Sink why;
  const serai_status status = entry.self_test(instance, why.handle());
  return outcome_of(status, why);
}

}  // namespace serai::testing
