// libcxx_counter: the counter of c_counter in C++, with libc++ instead of the host's libstdc++.
//
// State    schema 1: the count in eight bytes, little-endian. No Protobuf, so the host cannot parse
//          it.
// Payloads raw text: rpc_count takes a decimal number, adds it, and replies with the sum.
//          rpc_count_later does the same after a second.
// Errors   exceptions are thrown inside the module, and caught in every function that the host
//          calls.
#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "serai/abi.h"

// clang-tidy parses this file with libstdc++'s headers, so the check is off for it.
#if !defined(_LIBCPP_VERSION) && !defined(__clang_analyzer__)
#error "this example is about libc++: compile with -stdlib=libc++"
#endif

namespace {

constexpr char kText[] = R"({"serai":1,"name":"counter","version":"1.2.0","abi":"1.0",
"kinds":[{"name":"counter","schema":1,"reads":[1,1],"writes":[1]}],
"handlers":[
 {"name":"rpc_count","on":"rpc","kind":"counter","key":"caller",
  "client":true,"creates":true,"durable":true},
 {"name":"rpc_count_later","on":"rpc","kind":"counter","key":"caller",
  "client":true,"creates":true}],
"events":[]})";

// The manifest's section must not contain the terminator of the text.
__attribute__((section(".serai.manifest"), used)) constexpr auto kManifest = [] {
  std::array<char, sizeof kText - 1> bytes{};
  std::copy_n(kText, bytes.size(), bytes.begin());
  return bytes;
}();

}  // namespace

struct serai_instance {
  const serai_host* host;
};
struct serai_entity {
  std::uint64_t count = 0;
};
struct serai_frame {
  std::uint64_t added;
};

namespace {

struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Runs `body`. An exception becomes a status, and its text goes to `report`.
template <class Body, class Report>
serai_status at_border(Body body, Report report) noexcept {
  try {
    return body();
  } catch (const Refusal& refusal) {
    report(std::string_view(refusal.what()));
    return SERAI_INVALID_ARGUMENT;
  } catch (const std::bad_alloc&) {
    return SERAI_RESOURCE_EXHAUSTED;
  } catch (...) {
    return SERAI_INTERNAL;
  }
}

std::string text_of(const serai_bytes& bytes) {
  return bytes.size == 0 ? std::string()
                         : std::string(static_cast<const char*>(bytes.data), bytes.size);
}

serai_bytes lend(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

std::uint64_t parse(const std::string& digits) {
  const bool plain =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!plain || digits.size() > 18) throw Refusal("not_a_number");
  return digits.empty() ? 0 : std::stoull(digits);
}

serai_status open_module(const serai_host* host, serai_instance** out) {
  if (host->struct_size < sizeof *host || host->abi_major != SERAI_ABI_MAJOR) {
    return SERAI_FAILED_PRECONDITION;
  }
  return at_border(
      [&] {
        *out = std::make_unique<serai_instance>(serai_instance{host}).release();
        return SERAI_OK;
      },
      [](std::string_view) {});
}

void close_module(serai_instance* instance) { delete instance; }

const void* get_extension(serai_instance*, serai_str) { return nullptr; }

serai_status create(serai_instance*, std::uint32_t kind, serai_str, serai_entity** out) {
  if (kind != 0) return SERAI_INVALID_ARGUMENT;
  return at_border(
      [&] {
        *out = std::make_unique<serai_entity>().release();
        return SERAI_OK;
      },
      [](std::string_view) {});
}

serai_status import_state(serai_instance* instance,
                          std::uint32_t kind,
                          const serai_state* state,
                          serai_entity** out,
                          serai_sink* why) {
  return at_border(
      [&] {
        const std::string bytes = text_of(state->bytes);
        if (kind != 0 || state->schema != 1 || bytes.size() != 8) {
          throw Refusal("a counter is eight bytes of schema 1");
        }
        auto entity = std::make_unique<serai_entity>();
        for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
          entity->count = entity->count << 8 | static_cast<unsigned char>(*byte);
        }
        *out = entity.release();
        return SERAI_OK;
      },
      [&](std::string_view reason) { instance->host->write(instance->host, why, lend(reason)); });
}

serai_status export_state(serai_instance* instance,
                          std::uint32_t kind,
                          const serai_entity* entity,
                          const serai_export* request,
                          serai_sink* out) {
  if (kind != 0 || request->schema != 1) return SERAI_INVALID_ARGUMENT;
  return at_border(
      [&] {
        std::string bytes;
        for (int i = 0; i < 8; ++i) bytes += static_cast<char>(entity->count >> (8 * i));
        return instance->host->write(instance->host, out, lend(bytes));
      },
      [](std::string_view) {});
}

void destroy(serai_instance*, std::uint32_t, serai_entity* entity) { delete entity; }

// Adds, and replies with the sum in decimal.
serai_status answer(serai_instance* instance,
                    serai_entity* entity,
                    serai_call* call,
                    std::uint64_t added) {
  return at_border(
      [&] {
        entity->count += added;
        return instance->host->reply(call, lend(std::to_string(entity->count)));
      },
      [](std::string_view) {});
}

serai_status handle(serai_instance* instance,
                    serai_entity* entity,
                    serai_call* call,
                    const serai_message* message,
                    serai_frame** frame) {
  return at_border(
      [&] {
        const std::uint64_t added = parse(text_of(message->payload));
        if (message->handler == 0) return answer(instance, entity, call, added);
        auto waiting = std::make_unique<serai_frame>(serai_frame{added});
        const serai_status status = instance->host->sleep(call, 1000, 1);
        if (status == SERAI_PENDING) *frame = waiting.release();
        return status;
      },
      [&](std::string_view reason) {
        instance->host->fail(call, {reason.data(), reason.size()});
      });
}

serai_status resume(serai_instance* instance,
                    serai_entity* entity,
                    serai_call* call,
                    serai_frame* frame,
                    const serai_completion* completion) {
  const std::unique_ptr<serai_frame> ended(frame);
  if (completion->status != SERAI_OK) return completion->status;
  return answer(instance, entity, call, ended->added);
}

void cancel(serai_instance*, serai_frame* frame) { delete frame; }

serai_status self_test(serai_instance*, serai_sink*) { return SERAI_OK; }

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): abi.h gives the name
extern "C" __attribute__((visibility("default"))) const serai_module serai_module_entry;
// NOLINTNEXTLINE(readability-identifier-naming)
const serai_module serai_module_entry = {
    sizeof(serai_module),
    SERAI_MAGIC,
    SERAI_ABI_MAJOR,
    SERAI_ABI_MINOR,
    0,
    {kManifest.data(), kManifest.size()},
    open_module,
    close_module,
    get_extension,
    create,
    import_state,
    export_state,
    destroy,
    handle,
    resume,
    cancel,
    self_test,
};
