/* counter: a module in plain C against abi.h alone, and the body of the faulty ones.
 *
 * The state is kept as the bytes of fix.Counter. Schema 2 adds the field `bonus`; going back to schema 1
 * leaves it in, as Protobuf keeps fields it does not know.
 *
 * Compiled with VERSION 1 or 2, CONTRACT (the file with the descriptors) and at most one FAULT_….
 */
#include <serai/abi.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION 1
#endif
#ifndef SCHEMA
#define SCHEMA VERSION
#endif
#ifndef ABI_TEXT
#define ABI_TEXT "1.0"
#endif
#ifndef ENTRY_MAJOR
#define ENTRY_MAJOR SERAI_ABI_MAJOR
#endif
#ifndef STATE_MESSAGE
#define STATE_MESSAGE "fix.Counter"
#endif
#ifndef RPC_ADD
#define RPC_ADD "rpc_add"
#endif

#define STRINGIFY_AGAIN(x) #x
#define STRINGIFY(x) STRINGIFY_AGAIN(x)
#ifndef KIND_SCHEMAS
#if VERSION == 1
#define KIND_SCHEMAS "\"schema\":1,\"reads\":[1,1],\"writes\":[1]"
#else
#define KIND_SCHEMAS "\"schema\":2,\"reads\":[1,2],\"writes\":[1,2]"
#endif
#endif
#if VERSION == 1
#define VERSION_TEXT "1.0.0"
#else
#define VERSION_TEXT "1.1.0"
#endif
#ifndef NAME
#define NAME "counter"
#endif
#ifndef MANIFEST_TEXT
#define MANIFEST_TEXT                                                                           \
  "{\"serai\":1,\"name\":\"" NAME "\",\"version\":\"" VERSION_TEXT "\",\"abi\":\"" ABI_TEXT     \
  "\",\"kinds\":[{\"name\":\"" NAME "\",\"state\":\"" STATE_MESSAGE "\"," KIND_SCHEMAS          \
  "}],\"handlers\":[{\"name\":\"" RPC_ADD "\",\"on\":\"rpc\",\"kind\":\"" NAME                  \
  "\",\"key\":\"field:id\",\"request\":\"fix.Add\",\"reply\":\"fix.Sum\",\"client\":true,"      \
  "\"creates\":true,\"durable\":true,\"idempotent\":true}],\"events\":[]}"
#endif

#ifndef FAULT_NO_MANIFEST
SERAI_MANIFEST(manifest, MANIFEST_TEXT);
#else
static const char manifest[] = MANIFEST_TEXT;
#endif

#ifdef CONTRACT
__asm__(".pushsection .serai.contract,\"a\"\n.incbin \"" CONTRACT "\"\n.popsection\n");
#endif

struct serai_entity {
  size_t size;
  unsigned char bytes[4096];
};

#ifdef FAULT_TLS
static __thread volatile int depth;
#endif
#ifdef FAULT_IMPORT
/* One of the symbols a module must not use; the pointer makes the linker keep it. */
extern int banned(void) __asm__(STRINGIFY(FAULT_IMPORT));
static int (*volatile kept)(void);
#endif

/* Fixtures with a fault at run time have it only for these keys, so that the others pass. */
static int is_victim(serai_str key) { return key.size >= 3 && memcmp(key.data, "bad", 3) == 0; }

static serai_status open_module(const serai_host *host, serai_instance **out) {
#ifdef FAULT_TLS
  depth += (int)host->struct_size;
#endif
#ifdef FAULT_IMPORT
  kept = banned;
#endif
#ifdef FAULT_REFUSES_OPEN
  (void)host;
  (void)out;
  return SERAI_FAILED_PRECONDITION;
#else
  *out = (serai_instance *)(uintptr_t)host;
  return SERAI_OK;
#endif
}

static void close_module(serai_instance *instance) { (void)instance; }

static serai_status create(serai_instance *instance, uint32_t kind, serai_str key, serai_entity **out) {
  (void)instance, (void)kind;
  serai_entity *entity = calloc(1, sizeof(*entity));
  if (entity == NULL || key.size > 100) return SERAI_INTERNAL;
  entity->bytes[0] = 0x0a; /* field 1, a text */
  entity->bytes[1] = (unsigned char)key.size;
  memcpy(entity->bytes + 2, key.data, key.size);
  entity->size = 2 + key.size;
  *out = entity;
  return SERAI_OK;
}

static serai_status say(serai_instance *instance, serai_sink *why, const char *text) {
  const serai_bytes bytes = {text, strlen(text)};
  ((const serai_host *)(uintptr_t)instance)->write(why, bytes);
  return SERAI_DATA_LOSS;
}

static serai_status import(serai_instance *instance, uint32_t kind, const serai_state *state,
                           serai_entity **out, serai_sink *why) {
  (void)kind;
  if (is_victim(state->key)) {
#ifdef FAULT_CRASH_IMPORT
    *(volatile int *)0 = 1;
#endif
#ifdef FAULT_HANG_IMPORT
    for (;;) usleep(1000);
#endif
#ifdef FAULT_REFUSE_IMPORT
    return say(instance, why, "no room for this one");
#endif
  }
  if (state->bytes.size > 4000) return say(instance, why, "too large");
  serai_entity *entity = calloc(1, sizeof(*entity));
  if (entity == NULL) return SERAI_INTERNAL;
  memcpy(entity->bytes, state->bytes.data, state->bytes.size);
  entity->size = state->bytes.size;
  if (SCHEMA >= 2 && state->schema < 2) {
    entity->bytes[entity->size++] = 0x18; /* field 3, a number: the bonus everybody starts with */
    entity->bytes[entity->size++] = 5;
  }
  *out = entity;
  return SERAI_OK;
}

static serai_status export(serai_instance *instance, uint32_t kind, const serai_entity *entity,
                           const serai_export *request, serai_sink *out) {
  (void)kind, (void)request;
#ifdef FAULT_GARBAGE_EXPORT
  const serai_bytes bytes = {"\x0a\xff", 2};
  (void)entity;
#elif defined(FAULT_LOSES_STATE)
  const serai_bytes bytes = {entity->bytes, 0};
#else
  const serai_bytes bytes = {entity->bytes, entity->size};
#endif
  return ((const serai_host *)(uintptr_t)instance)->write(out, bytes);
}

static void destroy(serai_instance *instance, uint32_t kind, serai_entity *entity) {
  (void)instance, (void)kind;
  free(entity);
}

static serai_status handle(serai_instance *instance, serai_entity *entity, serai_call *call,
                           const serai_message *message, serai_frame **frame) {
  (void)entity, (void)message, (void)frame;
  const serai_bytes none = {"", 0};
  return ((const serai_host *)(uintptr_t)instance)->reply(call, none);
}

static serai_status resume(serai_instance *instance, serai_entity *entity, serai_call *call,
                           serai_frame *frame, const serai_completion *completion) {
  (void)instance, (void)entity, (void)call, (void)frame, (void)completion;
  return SERAI_INTERNAL;
}

static void cancel(serai_instance *instance, serai_frame *frame) { (void)instance, (void)frame; }

static serai_status self_test(serai_instance *instance, serai_sink *why) {
#ifdef FAULT_SELF_TEST
  return say(instance, why, "two and two are five");
#elif defined(FAULT_CRASH_SELF_TEST)
  (void)instance, (void)why;
  abort();
#else
  (void)instance, (void)why;
  return SERAI_OK;
#endif
}

#ifdef FAULT_EXPORTS_MORE
int counter_helper(void);
SERAI_EXPORT int counter_helper(void) { return 1; }
#endif

#ifdef FAULT_IFUNC
static int plain(void) { return 1; }
static void *choose(void) { return (void *)plain; }
SERAI_EXPORT int chosen(void) __attribute__((ifunc("choose")));
#endif

#ifndef FAULT_NO_ENTRY
extern __attribute__((visibility("default"))) const serai_module serai_module_entry;
SERAI_EXPORT const serai_module serai_module_entry = {
    sizeof(serai_module), SERAI_MAGIC, ENTRY_MAJOR, SERAI_ABI_MINOR, 0,
#ifdef FAULT_OTHER_MANIFEST
    {"{}", 2},
#else
    {manifest, sizeof(manifest)},
#endif
    open_module, close_module, create, import, export, destroy, handle, resume, cancel, self_test};
#endif
