// Generation: one loaded version of one module. Immutable once installed.
//
// Owner   the loader creates it and destroys it. The runtime owns it in between, from
//         SwapControl::install() or switch_to() until retire_former() or retire_drained() returns
//         it.
// Thread  every shard reads it. The module's functions have the thread tags of abi.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "abi/contract.hpp"
#include "abi/module_host.hpp"
#include "base/result.hpp"
#include "serai/abi.h"

namespace serai::abi {

// Translates between JSON and a module's Protobuf messages by their descriptors. Implemented in
// host/loading. Any thread may call it, several at once.
class Transcoder {
 public:
  virtual ~Transcoder() = default;
  // invalid_argument names the field that cannot be translated; to_wire() refuses unknown fields.
  // internal: the contract has no such message.
  virtual Result<std::string> to_wire(std::string_view message, std::string_view json) const = 0;
  virtual Result<std::string> to_json(std::string_view message, std::string_view wire) const = 0;
  // The text of a scalar field of an encoded message; empty when the field is unset or unknown.
  virtual std::string field(std::string_view message,
                            std::string_view field_name,
                            std::string_view wire) const = 0;
};

// A loaded library. Its destructor unmaps the code. Implemented in host/loading; a module that is
// linked into the program has none.
class Library {
 public:
  virtual ~Library() = default;
};

// The way in which the entities of a module move to a new generation.
struct MovePolicy {
  enum class Kind : std::uint8_t {
    rolling,  // one by one, each between two of its messages
    barrier,  // all shards stop, all entities move, all shards continue
    drain,    // loaded entities stay with the former generation until they end
    canary,   // a share of the entities moves; switch_rest() moves the others
  };
  Kind kind = Kind::rolling;
  std::uint32_t percent = 0;  // canary: 1 to 99, the share, chosen by a hash of kind and key
  // Both generations serve entities after the switch.
  bool shares() const { return kind == Kind::drain || kind == Kind::canary; }
};

struct Generation {
  std::uint64_t id = 0;  // unique in the process; a later one is greater
  std::string build_id;  // hex; empty for a module that is linked in
  std::string release;   // the release that has this version, "v1.0.0"
  ModuleContract contract;
  MovePolicy policy;
  ModuleHost host;
  const serai_module* entry = nullptr;
  serai_instance* instance = nullptr;
  // Shared with operators' reads of stored states, which may last longer than the generation.
  std::shared_ptr<const Transcoder> transcoder;
  std::unique_ptr<Library> library;

  Generation() = default;
  ~Generation();  // closes the instance, then the library
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  // Copies the host table and log that all versions get. To be called before the module's open().
  void give_host(const ModuleHost& offered) {
    host = offered;
    host.code = this;
  }
};

}  // namespace serai::abi
