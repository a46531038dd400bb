/* counter: a module in plain C against abi.h alone, and the body of the faulty ones.
 *
 * The state is kept as the bytes of fix.Counter: the id, then numbers in any order. Schema 2 adds the
 * field `bonus`; going back to schema 1 leaves it in, as Protobuf keeps fields it does not know. Schema 3
 * has `total` in place of `value`, so a version that reads the other's bytes as its own sees no sum.
 *
 * Compiled with VERSION 1, 2 or 3, CONTRACT (the file with the descriptors) and at most one FAULT_….
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
#ifndef KEY_FIELD
#define KEY_FIELD "id"
#endif
#ifndef REQUEST_MESSAGE
#define REQUEST_MESSAGE "fix.Add"
#endif

#define STRINGIFY_AGAIN(x) #x
#define STRINGIFY(x) STRINGIFY_AGAIN(x)
#ifndef KIND_SCHEMAS
#if VERSION == 1
#define KIND_SCHEMAS "\"schema\":1,\"reads\":[1,1],\"writes\":[1]"
#elif VERSION == 2
#define KIND_SCHEMAS "\"schema\":2,\"reads\":[1,2],\"writes\":[1,2]"
#else
#define KIND_SCHEMAS "\"schema\":3,\"reads\":[1,3],\"writes\":[2,3]"
#endif
#endif
#ifndef VERSION_TEXT
#if VERSION == 1
#define VERSION_TEXT "1.0.0"
#elif VERSION == 2
#define VERSION_TEXT "1.1.0"
#else
#define VERSION_TEXT "1.2.0"
#endif
#endif
#ifndef NAME
#define NAME "counter"
#endif
#ifdef MISDEEDS
#define TICK_HZ 20
#endif
#ifdef TICK_HZ
#define KIND_MORE ",\"tick_hz\":" STRINGIFY(TICK_HZ)
#define HANDLERS_MORE ",{\"name\":\"tick\",\"on\":\"tick\",\"kind\":\"" NAME "\"}"
#else
#define KIND_MORE
#define HANDLERS_MORE
#endif
#ifndef CONFIG_MORE
#define CONFIG_MORE
#endif
#ifndef IDEMPOTENT
#define IDEMPOTENT ",\"idempotent\":true"
#endif
#ifndef MANIFEST_TEXT
#define MANIFEST_TEXT                                                                           \
  "{\"serai\":1,\"name\":\"" NAME "\",\"version\":\"" VERSION_TEXT "\",\"abi\":\"" ABI_TEXT     \
  "\",\"kinds\":[{\"name\":\"" NAME "\",\"state\":\"" STATE_MESSAGE "\"," KIND_SCHEMAS KIND_MORE\
  "}],\"handlers\":[{\"name\":\"" RPC_ADD "\",\"on\":\"rpc\",\"kind\":\"" NAME                  \
  "\",\"key\":\"field:" KEY_FIELD "\",\"request\":\"" REQUEST_MESSAGE                               \
  "\",\"reply\":\"fix.Sum\",\"client\":true,"                                                  \
  "\"creates\":true,\"durable\":true" IDEMPOTENT "}" HANDLERS_MORE "],\"events\":[]" CONFIG_MORE "}"
#endif

#ifndef FAULT_NO_MANIFEST
SERAI_MANIFEST(manifest, MANIFEST_TEXT);
#else
static const char manifest[] = MANIFEST_TEXT;
#endif

#ifdef CONTRACT
__asm__(".pushsection .serai.contract,\"a\"\n.incbin \"" CONTRACT "\"\n.popsection\n");
#endif

/* Tags of the numbers in fix.Counter, and of the one in fix.Add. */
enum { TAG_VALUE = 0x10, TAG_BONUS = 0x18, TAG_TOTAL = 0x20, TAG_BY = 0x10 };
#define TAG_SUM (SCHEMA >= 3 ? TAG_TOTAL : TAG_VALUE)

struct serai_entity {
  size_t size;
  unsigned char bytes[4096];
};

#ifdef FAULT_TLS
static __thread volatile int depth;
#endif
#ifdef FAULT_TEXTREL
/* An address inside the code, which the loader must write (a text relocation). */
__asm__(".pushsection .text\n1: .quad 1b\n.popsection\n");
#endif
#ifdef FAULT_WRITABLE_CODE
__asm__(".pushsection .patched,\"awx\"\n.quad 0\n.popsection\n");
#endif
#ifdef USES_ATEXIT
static void at_exit(void) { setenv("SERAI_TEST_ATEXIT", "ran", 1); }
#endif
#ifdef FAULT_IMPORT
/* A symbol that a module must not use, or that nobody has; the pointer makes the linker keep it. */
extern int banned(void) __asm__(STRINGIFY(FAULT_IMPORT));
static int (*volatile kept)(void);
#endif

#ifdef MISDEEDS
#include "misdeeds.h"
#endif
#if defined(FAULT_LEAKS_THREAD) || defined(FAULT_LEAKS_BARE_THREAD)
#include "leak_thread.h"
#endif

/* Fixtures with a fault at run time have it only for these keys, so that the others pass. */
static int is_victim(serai_str key) { return key.size >= 3 && memcmp(key.data, "bad", 3) == 0; }

void throw_up(void); /* throw_up.cpp: a C++ exception */

static serai_status open_module(const serai_host *host, serai_instance **out) {
#ifdef FAULT_THROWS_OPEN
  throw_up();
#endif
#ifdef FAULT_TLS
  depth += (int)host->struct_size;
#endif
#ifdef FAULT_IMPORT
  kept = banned;
#endif
#ifdef USES_ATEXIT
  atexit(at_exit);
#endif
#if defined(FAULT_LEAKS_THREAD) || defined(FAULT_LEAKS_BARE_THREAD)
  leak_thread();
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

static void close_module(serai_instance *instance) {
  (void)instance;
#ifdef FAULT_THROWS_CLOSE
  throw_up();
#endif
#ifdef MISDEEDS
  misdeed_in_close();
#endif
}

static const void *get_extension(serai_instance *instance, serai_str id) {
  (void)instance, (void)id;
  return NULL;
}

static serai_status create(serai_instance *instance, uint32_t kind, serai_str key, serai_entity **out) {
  (void)instance, (void)kind;
#ifdef MISDEEDS
  misdeed_in_create(key);
#endif
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
  const serai_host *host = (const serai_host *)(uintptr_t)instance;
  host->write(host, why, bytes);
  return SERAI_DATA_LOSS;
}

/* ---- Just enough Protobuf: every field is a short text or a number --------------------------- */

static size_t read_number(const unsigned char *at, uint64_t *out) {
  size_t size = 0;
  *out = 0;
  do *out |= (uint64_t)(at[size] & 0x7f) << (7 * size);
  while ((at[size++] & 0x80) != 0 && size < 10);
  return size;
}

static size_t write_number(unsigned char *at, uint64_t value) {
  size_t size = 0;
  for (; value > 0x7f; value >>= 7) at[size++] = (unsigned char)(value | 0x80);
  at[size++] = (unsigned char)value;
  return size;
}

/* Where the field with this tag begins, and its length in bytes; the end and 0 when it is not there. */
static const unsigned char *find_field(const unsigned char *at, const unsigned char *end,
                                       unsigned char tag, size_t *size) {
  for (*size = 0; at < end; at += *size, *size = 0) {
    uint64_t number = 0;
    *size = 1 + read_number(at + 1, &number);
    if ((*at & 7) == 2) *size += number;
    if (*at == tag) return at;
  }
  return at;
}

static uint64_t number_field(const void *bytes, size_t length, unsigned char tag) {
  uint64_t value = 0;
  size_t size = 0;
  const unsigned char *at = bytes;
  at = find_field(at, at + length, tag, &size);
  if (size > 0) read_number(at + 1, &value);
  return value;
}

static void rename_field(serai_entity *entity, unsigned char from, unsigned char to) {
  size_t size = 0;
  unsigned char *at = entity->bytes;
  at += find_field(at, at + entity->size, from, &size) - at;
  if (size > 0) *at = to;
}

/* ---- The state ------------------------------------------------------------------------------ */

static serai_status import(serai_instance *instance, uint32_t kind, const serai_state *state,
                           serai_entity **out, serai_sink *why) {
  (void)kind;
  if (is_victim(state->key)) {
#ifdef FAULT_CRASH_IMPORT
    *(volatile int *)0 = 1;
#endif
#ifdef FAULT_HOARDS_IN_IMPORT
    for (;;) *(volatile char *)malloc(1 << 24) = 1; /* until the pointer is null */
#endif
#ifdef FAULT_HANG_IMPORT
    for (;;) pause();
#endif
#ifdef FAULT_REFUSE_IMPORT
    return say(instance, why, "no room for this one");
#endif
#ifdef FAULT_THROWS_IMPORT
    throw_up();
#endif
  }
#ifdef MISDEEDS
  const serai_status told = misdeed_in_import((const serai_host *)(uintptr_t)instance, state->key);
  if (told != SERAI_OK) return told;
#endif
  if (state->schema > SCHEMA) return say(instance, why, "a schema of tomorrow");
  if (state->bytes.size > 4000) return say(instance, why, "too large");
  serai_entity *entity = calloc(1, sizeof(*entity));
  if (entity == NULL) return SERAI_INTERNAL;
  memcpy(entity->bytes, state->bytes.data, state->bytes.size);
  entity->size = state->bytes.size;
  if (SCHEMA >= 2 && state->schema < 2) {
    entity->bytes[entity->size++] = TAG_BONUS;
    entity->bytes[entity->size++] = 5; /* every counter starts with it */
  }
  if (SCHEMA >= 3 && state->schema < 3) rename_field(entity, TAG_VALUE, TAG_TOTAL);
  *out = entity;
  return SERAI_OK;
}

static serai_status export(serai_instance *instance, uint32_t kind, const serai_entity *entity,
                           const serai_export *request, serai_sink *out) {
  (void)kind;
  serai_entity written = *entity;
  if (SCHEMA >= 3 && request->schema < 3) rename_field(&written, TAG_TOTAL, TAG_VALUE);
#ifdef MISDEEDS
  misdeed_in_export((const serai_host *)(uintptr_t)instance, entity, out);
#endif
#ifdef FAULT_GARBAGE_EXPORT
  const serai_bytes bytes = {"\x0a\xff", 2};
#elif defined(FAULT_LOSES_STATE)
  const serai_bytes bytes = {written.bytes, 0};
#else
  const serai_bytes bytes = {written.bytes, written.size};
#endif
  const serai_host *host = (const serai_host *)(uintptr_t)instance;
  return host->write(host, out, bytes);
}

static void destroy(serai_instance *instance, uint32_t kind, serai_entity *entity) {
  (void)instance, (void)kind;
#ifdef MISDEEDS
  misdeed_in_destroy(entity);
#endif
  free(entity);
}

/* value += by; replies with the sum. */
static serai_status add(serai_instance *instance, serai_entity *entity, serai_call *call,
                        serai_bytes request) {
  const uint64_t value = number_field(entity->bytes, entity->size, TAG_SUM) +
                         number_field(request.data, request.size, TAG_BY);
  size_t size = 0;
  unsigned char *end = entity->bytes + entity->size;
  const unsigned char *old = find_field(entity->bytes, end, TAG_SUM, &size);
  memmove((unsigned char *)(uintptr_t)old, old + size, (size_t)(end - old) - size);
  entity->size -= size;
  entity->bytes[entity->size++] = TAG_SUM;
  entity->size += write_number(entity->bytes + entity->size, value);
  unsigned char sum[11] = {0x08};
  const serai_bytes reply = {sum, 1 + write_number(sum + 1, value)};
  return ((const serai_host *)(uintptr_t)instance)->reply(call, reply);
}

static serai_status handle(serai_instance *instance, serai_entity *entity, serai_call *call,
                           const serai_message *message, serai_frame **frame) {
  (void)frame;
#ifdef MISDEEDS
  const serai_host *host = (const serai_host *)(uintptr_t)instance;
  const serai_status told = misdeed_in_handle(host, entity, call, message, frame);
  if (told != SERAI_OK) return told;
#endif
#ifdef FAULT_CRASH_HANDLE
  if (is_victim(message->entity_key)) *(volatile int *)0 = 1;
#endif
#ifdef FAULT_FAILS_HANDLE
  if (is_victim(message->entity_key)) return SERAI_INTERNAL;
#endif
#ifdef FAULT_ASKS_MORE
  if (is_victim(message->entity_key)) {
    return ((const serai_host *)(uintptr_t)instance)->sleep(call, 10, 1);
  }
#endif
  if (message->handler != 0) return SERAI_OK;
#ifdef FAULT_ADDS_TWICE
  if (is_victim(message->entity_key)) add(instance, entity, call, message->payload);
#endif
  return add(instance, entity, call, message->payload);
}

static serai_status resume(serai_instance *instance, serai_entity *entity, serai_call *call,
                           serai_frame *frame, const serai_completion *completion) {
  (void)instance, (void)entity, (void)call, (void)frame, (void)completion;
#ifdef MISDEEDS
  misdeed_in_resume(entity);
  return SERAI_OK;
#else
  return SERAI_INTERNAL;
#endif
}

static void cancel(serai_instance *instance, serai_frame *frame) {
  (void)instance, (void)frame;
#ifdef MISDEEDS
  throw_up();
#endif
}

static serai_status self_test(serai_instance *instance, serai_sink *why) {
#ifdef FAULT_SELF_TEST
  return say(instance, why, "two and two are five");
#elif defined(FAULT_CRASH_SELF_TEST)
  (void)instance, (void)why;
  abort();
#elif defined(FAULT_THROWS_SELF_TEST)
  (void)instance, (void)why;
  throw_up();
  return SERAI_OK;
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

#ifdef FAULT_ENTRY_FUNCTION
int serai_module_entry(void);
SERAI_EXPORT int serai_module_entry(void) { return 0; }
#elif !defined(FAULT_NO_ENTRY)
extern __attribute__((visibility("default"))) const serai_module serai_module_entry;
SERAI_EXPORT const serai_module serai_module_entry = {
    sizeof(serai_module), SERAI_MAGIC, ENTRY_MAJOR, SERAI_ABI_MINOR, 0,
#ifdef FAULT_OTHER_MANIFEST
    {"{}", 2},
#else
    {manifest, sizeof(manifest)},
#endif
    open_module, close_module, get_extension, create, import, export, destroy, handle, resume, cancel,
    self_test};
#endif
