// Generation: one loaded version of one module. Immutable once installed.
//
// Owner   the module loader makes it; Runtime holds it until retire() returns it for closing.
// Thread  read by every shard; the module's functions as tagged in abi.h.
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

// Translates between JSON and a module's Protobuf messages by their descriptors.
// Thread: any (concurrently). Implemented beside the loader, which has the descriptors.
class Transcoder {
 public:
  virtual ~Transcoder() = default;
  // invalid_argument names the field; unknown fields are refused.
  virtual Result<std::string> to_wire(std::string_view message, std::string_view json) const = 0;
  virtual Result<std::string> to_json(std::string_view message, std::string_view wire) const = 0;
  // The text of a scalar field of an encoded message; empty when unset or unknown.
  virtual std::string field(std::string_view message,
                            std::string_view field_name,
                            std::string_view wire) const = 0;
};

// A loaded library: closing it unmaps the code. Implemented by host/loading; tests link statically.
class Library {
 public:
  virtual ~Library() = default;
};

// How the entities of a module come to a new generation.
struct MovePolicy {
  enum class Kind : std::uint8_t {
    rolling,  // one by one, each between two of its messages
    barrier,  // all shards stop, all entities move, all go on
    drain,    // who is open stays with the former generation until it ends
    canary,   // a share moves; the rest follows with switch_rest()
  };
  Kind kind = Kind::rolling;
  std::uint32_t percent = 0;  // canary: 1..99, of entities by the hash of their address
  bool shares() const { return kind == Kind::drain || kind == Kind::canary; }
};

struct Generation {
  std::uint64_t id = 0;  // unique within the process, rising
  std::string build_id;  // hex; empty for modules linked in
  std::string release;   // the release it came with, "v1.0.0"
  ModuleContract contract;
  MovePolicy policy;
  ModuleHost host;
  const serai_module* entry = nullptr;
  serai_instance* instance = nullptr;
  std::unique_ptr<Transcoder> transcoder;
  std::unique_ptr<Library> library;

  Generation() = default;
  ~Generation();  // closes the instance, then the library
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  // Before open(): a copy of what every version is given.
  void give_host(const ModuleHost& offered) {
    host = offered;
    host.code = this;
  }
};

}  // namespace serai::abi
