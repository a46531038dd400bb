// The SDK's tests of states find every fault they are made for. The module here has one fault at a
// time.
#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "serai/testing/swap_test.hpp"

using namespace serai::testing;

namespace {

// The fault of the module in this file.
enum class Fault {
  none,
  loses,         // import drops half of what it read
  undecided,     // the same state is written in two ways
  unreadable,    // writes bytes that it refuses to read
  mute,          // refuses without a reason
  leaks,         // does not free what it refused
  lossy_down,    // does not write a field that the old schema has
  shifting_up,   // reads an old state with a changed value
  mute_down,     // refuses the old schema without a reason
  refuses_down,  // refuses the old schema with a reason: allowed
};
Fault fault = Fault::none;

constexpr char kText[] =
    R"({"serai":1,"name":"pair","version":"2.0.0","abi":"1.0",)"
    R"("kinds":[{"name":"pair","schema":2,"reads":[1,2],"writes":[1,2]}],"handlers":[],"events":[]})";

// Schema 2 is "<a><b>", schema 1 is "<a>": one byte each, below 128.
struct Pair {
  std::string bytes;
  bool odd = false;
};

std::vector<std::unique_ptr<char[]>> leaked;

// The instance pointer is the host table that it was opened with.
const serai_host* host_of(serai_instance* instance) {
  return reinterpret_cast<const serai_host*>(instance);
}

serai_status open_pair(const serai_host* host, serai_instance** out) {
  *out = reinterpret_cast<serai_instance*>(const_cast<serai_host*>(host));
  return SERAI_OK;
}

serai_status refuse(const serai_host* host, serai_sink* why) {
  if (fault == Fault::leaks) leaked.push_back(std::make_unique<char[]>(32));
  if (fault != Fault::mute) host->write(host, why, {"no pair", 7});
  return SERAI_DATA_LOSS;
}

serai_status import_pair(serai_instance* instance,
                         std::uint32_t,
                         const serai_state* state,
                         serai_entity** out,
                         serai_sink* why) {
  std::string bytes(static_cast<const char*>(state->bytes.data), state->bytes.size);
  if (bytes.size() != state->schema) return refuse(host_of(instance), why);
  for (const char c : bytes) {
    if (c < 0) return refuse(host_of(instance), why);
  }
  if (state->schema == 1) {
    if (fault == Fault::shifting_up) bytes[0] = static_cast<char>((bytes[0] + 1) & 127);
    bytes += '\x05';
  }
  if (fault == Fault::loses) bytes[1] = 0;
  *out = reinterpret_cast<serai_entity*>(new Pair{bytes});
  return SERAI_OK;
}

serai_status export_pair(serai_instance* instance,
                         std::uint32_t,
                         const serai_entity* entity,
                         const serai_export* request,
                         serai_sink* out) {
  const serai_host* host = host_of(instance);
  auto& pair = *const_cast<Pair*>(reinterpret_cast<const Pair*>(entity));
  std::string bytes = pair.bytes.substr(0, request->schema);
  if (request->schema == 1) {
    if (fault == Fault::lossy_down) bytes[0] = 0;
    if (fault == Fault::refuses_down || fault == Fault::mute_down) {
      if (fault == Fault::refuses_down)
        host->log(host, nullptr, SERAI_LOG_WARN, {"too_new", 7}, nullptr, 0);
      return SERAI_FAILED_PRECONDITION;
    }
  }
  if (fault == Fault::undecided && (pair.odd = !pair.odd)) bytes[0] = 'u';
  if (fault == Fault::unreadable) bytes[0] = '\x80';
  return host->write(host, out, {bytes.data(), bytes.size()});
}

void destroy_pair(serai_instance*, std::uint32_t, serai_entity* entity) {
  delete reinterpret_cast<Pair*>(entity);
}

serai_module make_pair_module() {
  serai_module module{};
  module.struct_size = sizeof module;
  module.magic = SERAI_MAGIC;
  module.abi_major = SERAI_ABI_MAJOR;
  module.manifest = {kText, sizeof kText - 1};
  module.open = open_pair;
  module.close = [](serai_instance*) {};
  module.entity_import = import_pair;
  module.entity_export = export_pair;
  module.entity_destroy = destroy_pair;
  // Functions that the tests of states do not call.
  module.get_extension = [](serai_instance*, serai_str) -> const void* { return nullptr; };
  module.entity_create =
      [](serai_instance*, std::uint32_t, serai_str, serai_entity**) -> serai_status {
    return SERAI_UNIMPLEMENTED;
  };
  module.handle = [](serai_instance*,
                     serai_entity*,
                     serai_call*,
                     const serai_message*,
                     serai_frame**) -> serai_status { return SERAI_UNIMPLEMENTED; };
  module.resume = [](serai_instance*,
                     serai_entity*,
                     serai_call*,
                     serai_frame*,
                     const serai_completion*) -> serai_status { return SERAI_UNIMPLEMENTED; };
  module.cancel = [](serai_instance*, serai_frame*) {};
  module.self_test = [](serai_instance*, serai_sink*) -> serai_status { return SERAI_OK; };
  return module;
}

const serai_module kPair = make_pair_module();

// The old version: reads and writes schema 1 alone.
serai_module make_old_module() {
  static constexpr char kOld[] =
      R"({"serai":1,"name":"pair","version":"1.0.0","abi":"1.0",)"
      R"("kinds":[{"name":"pair","schema":1}],"handlers":[],"events":[]})";
  serai_module module = make_pair_module();
  module.manifest = {kOld, sizeof kOld - 1};
  module.entity_import = [](serai_instance*,
                            std::uint32_t,
                            const serai_state* state,
                            serai_entity** out,
                            serai_sink*) -> serai_status {
    const std::string bytes(static_cast<const char*>(state->bytes.data), state->bytes.size);
    if (state->schema != 1) return SERAI_INVALID_ARGUMENT;
    *out = reinterpret_cast<serai_entity*>(new Pair{bytes});
    return SERAI_OK;
  };
  module.entity_export = [](serai_instance* instance,
                            std::uint32_t,
                            const serai_entity* entity,
                            const serai_export*,
                            serai_sink* out) -> serai_status {
    const serai_host* host = host_of(instance);
    const std::string& bytes = reinterpret_cast<const Pair*>(entity)->bytes;
    return host->write(host, out, {bytes.data(), bytes.size()});
  };
  return module;
}

const serai_module kOldPair = make_old_module();

const std::vector<Recorded> kStates{{"pair", "x", 2, "ab"}, {"pair", "y", 2, "cd"}};
const std::vector<Recorded> kOldStates{{"pair", "x", 1, "a"}, {"pair", "y", 1, "c"}};

struct With {
  explicit With(Fault one) { fault = one; }
  ~With() { fault = Fault::none; }
  With(const With&) = delete;
  With& operator=(const With&) = delete;
};

}  // namespace

TEST_CASE("a module without fault passes all tests of states", "[sdk][properties]") {
  for (const Report& report : {round_trip_test(kPair, kStates),
                               damage_test(kPair, kStates),
                               rollback_test(kOldPair, kPair, kStates),
                               swap_test(kOldPair, kPair, kOldStates)}) {
    INFO(report.text());
    CHECK(report.ok());
  }
  CHECK(damage_test(kPair, kStates).refused > 0);
  CHECK(rollback_test(kOldPair, kPair, kStates).refused == 0);
}

TEST_CASE("the round trip finds what is lost, undecided or unreadable", "[sdk][properties]") {
  for (const Fault one : {Fault::loses, Fault::undecided, Fault::unreadable}) {
    INFO(static_cast<int>(one));
    const With faulty(one);
    CHECK_FALSE(round_trip_test(kPair, kStates).ok());
  }
}

TEST_CASE("damage finds the mute, the unreadable and the leak", "[sdk][properties]") {
  for (const Fault one : {Fault::mute, Fault::unreadable, Fault::mute_down}) {
    INFO(static_cast<int>(one));
    const With faulty(one);
    CHECK_FALSE(damage_test(kPair, kStates).ok());
  }
  const With faulty(Fault::leaks);
  const Report report = damage_test(kPair, kStates);
  INFO(report.text());
  CHECK(report.findings.size() == 1);
}

TEST_CASE("the way back finds what is lost down or shifted up", "[sdk][properties]") {
  for (const Fault one : {Fault::shifting_up, Fault::mute_down}) {
    INFO(static_cast<int>(one));
    const With faulty(one);
    CHECK_FALSE(rollback_test(kOldPair, kPair, kStates).ok());
  }
  for (const Fault one : {Fault::shifting_up, Fault::lossy_down}) {
    INFO(static_cast<int>(one));
    const With faulty(one);
    CHECK_FALSE(swap_test(kOldPair, kPair, kOldStates).ok());
  }
  const With faulty(Fault::refuses_down);
  const Report report = rollback_test(kOldPair, kPair, kStates);
  CHECK(report.ok());
  CHECK(report.refused == kStates.size());
}
