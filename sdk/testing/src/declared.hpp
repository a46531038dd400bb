// Declared: what a module says about itself: its manifest, and its messages by their descriptors.
//
// Errors  a manifest or contract that cannot be read throws std::runtime_error: the set-up is
//         broken.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "serai/testing/world.hpp"

namespace serai::testing {

struct DeclaredKind {
  std::string name;
  std::string state;
  std::uint32_t schema = 1;
  std::uint32_t reads_min = 1;
  std::uint32_t reads_max = 1;
  std::vector<std::uint32_t> writes;
  bool match = false;
  std::uint32_t players_max = 0;
  std::uint32_t tick_hz = 0;

  bool reads(std::uint32_t number) const { return number >= reads_min && number <= reads_max; }
  bool can_write(std::uint32_t number) const;
};

struct DeclaredHandler {
  std::string name;
  std::string on;
  std::string kind;
  std::string key;
  std::string request;
  std::string reply;
  std::int64_t op = 0;
  bool client = false;
  bool creates = false;
  std::optional<std::uint32_t> retries;  // of a timer; none: until it succeeds
};

struct Declared {
  std::string name;
  std::string version;
  std::vector<DeclaredKind> kinds;
  std::vector<DeclaredHandler> handlers;
  std::map<std::int64_t, std::string> events;
  std::set<std::string> settings;  // keys

  static Declared read(std::string_view manifest);
};

// JSON and Protobuf by a module's own descriptors.
class Messages {
 public:
  explicit Messages(std::string_view descriptor_set);
  ~Messages();

  bool known() const;  // false when the module came without descriptors
  Outcome to_wire(const std::string& message, std::string_view json) const;
  Outcome to_json(const std::string& message, std::string_view bytes) const;
  // The text of a string or integer field; empty when unset.
  std::string field(const std::string& message,
                    const std::string& name,
                    std::string_view bytes) const;
  // Whether two encodings say the same in every field the message declares.
  bool same(const std::string& message, std::string_view left, std::string_view right) const;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace serai::testing
