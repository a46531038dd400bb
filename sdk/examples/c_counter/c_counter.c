/* c_counter: a module in plain C, with abi.h alone. It has one kind, "counter", whose state is a number.
 *
 * State    schema 1: the count in eight bytes, little-endian. No Protobuf, so the host cannot parse it.
 * Payloads raw text: rpc_count takes a decimal number, adds it, and replies with the sum.
 *          rpc_count_later does the same after a second.
 * Thread   one call at a time for one counter, as abi.h demands. The module has no statics.
 */
#include <stdlib.h>
#include <string.h>

#include "serai/abi.h"

#define MANIFEST                                                                          \
  "{\"serai\":1,\"name\":\"counter\",\"version\":\"1.0.0\",\"abi\":\"1.0\","              \
  "\"kinds\":[{\"name\":\"counter\",\"schema\":1,\"reads\":[1,1],\"writes\":[1]}],"       \
  "\"handlers\":["                                                                        \
  "{\"name\":\"rpc_count\",\"on\":\"rpc\",\"kind\":\"counter\",\"key\":\"caller\","       \
  "\"client\":true,\"creates\":true,\"durable\":true},"                                   \
  "{\"name\":\"rpc_count_later\",\"on\":\"rpc\",\"kind\":\"counter\",\"key\":\"caller\"," \
  "\"client\":true,\"creates\":true}],"                                                   \
  "\"events\":[]}"

SERAI_MANIFEST(counter_manifest, MANIFEST);

struct serai_instance {
  const serai_host* host;
};
struct serai_entity {
  uint64_t count;
};
struct serai_frame {
  uint64_t added;
};

static serai_str text(const char* from) {
  const serai_str to = {from, strlen(from)};
  return to;
}

static serai_status open_module(const serai_host* host, serai_instance** out) {
  if (host->struct_size < sizeof *host || host->abi_major != SERAI_ABI_MAJOR) {
    return SERAI_FAILED_PRECONDITION;
  }
  *out = malloc(sizeof **out);
  if (*out == NULL) return SERAI_RESOURCE_EXHAUSTED;
  (*out)->host = host;
  return SERAI_OK;
}

static void close_module(serai_instance* instance) { free(instance); }

static const void* get_extension(serai_instance* instance, serai_str id) {
  (void)instance;
  (void)id;
  return NULL;
}

static serai_status create(serai_instance* instance,
                           uint32_t kind,
                           serai_str key,
                           serai_entity** out) {
  (void)instance;
  (void)key;
  if (kind != 0) return SERAI_INVALID_ARGUMENT;
  *out = calloc(1, sizeof **out);
  return *out == NULL ? SERAI_RESOURCE_EXHAUSTED : SERAI_OK;
}

static serai_status import_state(serai_instance* instance,
                                 uint32_t kind,
                                 const serai_state* state,
                                 serai_entity** out,
                                 serai_sink* why) {
  static const char reason[] = "a counter is eight bytes of schema 1";
  const unsigned char* bytes = state->bytes.data;
  if (kind != 0 || state->schema != 1 || state->bytes.size != 8) {
    const serai_bytes reason_bytes = {reason, sizeof reason - 1};
    instance->host->write(instance->host, why, reason_bytes);
    return SERAI_INVALID_ARGUMENT;
  }
  if (create(instance, kind, state->key, out) != SERAI_OK) return SERAI_RESOURCE_EXHAUSTED;
  for (int i = 7; i >= 0; --i) (*out)->count = (*out)->count << 8 | bytes[i];
  return SERAI_OK;
}

static serai_status export_state(serai_instance* instance,
                                 uint32_t kind,
                                 const serai_entity* entity,
                                 const serai_export* request,
                                 serai_sink* out) {
  unsigned char bytes[8];
  const serai_bytes written = {bytes, sizeof bytes};
  if (kind != 0 || request->schema != 1) return SERAI_INVALID_ARGUMENT;
  for (int i = 0; i < 8; ++i) bytes[i] = (unsigned char)(entity->count >> (8 * i));
  return instance->host->write(instance->host, out, written);
}

static void destroy(serai_instance* instance, uint32_t kind, serai_entity* entity) {
  (void)instance;
  (void)kind;
  free(entity);
}

/* Adds, and replies with the sum in decimal. */
static serai_status answer(serai_instance* instance,
                           serai_entity* entity,
                           serai_call* call,
                           uint64_t added) {
  char digits[20];
  size_t start = sizeof digits;
  entity->count += added;
  for (uint64_t rest = entity->count; rest > 0 || start == sizeof digits; rest /= 10) {
    digits[--start] = (char)('0' + rest % 10);
  }
  const serai_bytes sum = {digits + start, sizeof digits - start};
  return instance->host->reply(call, sum);
}

static serai_status handle(serai_instance* instance,
                           serai_entity* entity,
                           serai_call* call,
                           const serai_message* message,
                           serai_frame** frame) {
  const char* digits = message->payload.data;
  uint64_t added = 0;
  for (uint64_t i = 0; i < message->payload.size; ++i) {
    if (digits[i] < '0' || digits[i] > '9' || i == 18) {
      instance->host->fail(call, text("not_a_number"));
      return SERAI_INVALID_ARGUMENT;
    }
    added = added * 10 + (uint64_t)(digits[i] - '0');
  }
  if (message->handler == 0) return answer(instance, entity, call, added);
  *frame = malloc(sizeof **frame);
  if (*frame == NULL) return SERAI_RESOURCE_EXHAUSTED;
  (*frame)->added = added;
  const serai_status status = instance->host->sleep(call, 1000, 1);
  if (status != SERAI_PENDING) free(*frame);
  return status;
}

static serai_status resume(serai_instance* instance,
                           serai_entity* entity,
                           serai_call* call,
                           serai_frame* frame,
                           const serai_completion* completion) {
  const uint64_t added = frame->added;
  free(frame);
  if (completion->status != SERAI_OK) return completion->status;
  return answer(instance, entity, call, added);
}

static void cancel(serai_instance* instance, serai_frame* frame) {
  (void)instance;
  free(frame);
}

static serai_status self_test(serai_instance* instance, serai_sink* why) {
  (void)instance;
  (void)why;
  return SERAI_OK;
}

SERAI_EXPORT const serai_module serai_module_entry = {
    .struct_size = sizeof(serai_module),
    .magic = SERAI_MAGIC,
    .abi_major = SERAI_ABI_MAJOR,
    .abi_minor = SERAI_ABI_MINOR,
    .manifest = {counter_manifest, sizeof counter_manifest},
    .open = open_module,
    .close = close_module,
    .get_extension = get_extension,
    .entity_create = create,
    .entity_import = import_state,
    .entity_export = export_state,
    .entity_destroy = destroy,
    .handle = handle,
    .resume = resume,
    .cancel = cancel,
    .self_test = self_test,
};
