// Loaded: one version of one module: its entry, its instance, its declarations, its open library.
//
// Owner   Loaded closes the instance, then the library; entities must be gone by then.
// Errors  what cannot be loaded throws std::runtime_error with the reason.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "declared.hpp"
#include "serai/abi.h"

namespace serai::testing {

// Closes on destruction; null for modules linked in.
struct LibraryCloser {
  void operator()(void* handle) const;
};
using Library = std::unique_ptr<void, LibraryCloser>;

// The bytes of a named section of an ELF file; empty when it has none.
std::string read_section(const std::string& path, std::string_view name);

// Collects what a module writes into a sink.
struct Sink {
  std::string bytes;
  serai_sink* handle() { return reinterpret_cast<serai_sink*>(this); }
};

// What a module logged last outside every call: why it would not export.
std::string& last_words();

class Loaded {
 public:
  Loaded(const serai_module& entry,
         std::string_view contract,
         const serai_host& host,
         Library library = {});
  ~Loaded();
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  static std::unique_ptr<Loaded> open(const std::string& path, const serai_host& host);

  int find_kind(std::string_view name) const;                          // -1: none
  int find_rpc(std::string_view kind, std::string_view name) const;    // -1: none
  int find_trigger(std::string_view kind, std::string_view on) const;  // join, leave, tick
  int find_data(std::string_view kind, std::int64_t op) const;
  int find_timer(std::string_view kind, std::string_view name) const;

  Outcome import(int kind,
                 std::string_view key,
                 std::uint32_t schema,
                 std::string_view bytes,
                 serai_entity** out) const;
  Outcome write(int kind, const serai_entity* entity, std::uint32_t schema) const;
  void destroy(int kind, serai_entity* entity) const;
  Outcome self_test() const;

  const serai_module& entry;
  Declared declared;
  Messages messages;
  serai_instance* instance = nullptr;

 private:
  Library library_;
};

}  // namespace serai::testing
