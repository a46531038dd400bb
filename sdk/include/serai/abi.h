/* serai/abi.h: the core of the border between the Serai host and a gameplay module. C11, and C++ from 98 on.
 * What only some modules need is in extensions, one header each: serai/ext/match.h and its neighbours.
 *
 * A module is one shared library with one exported symbol, the constant `serai_module_entry`.
 * The same file carries two ELF sections that the host reads without executing anything:
 *
 *   .serai.manifest   JSON text: name, version, entity kinds, handlers, events (see sdk/README.md)
 *   .serai.contract   a google.protobuf.FileDescriptorSet with every message the manifest names
 *
 * Rules that hold for the whole file
 *   - Every struct begins with struct_size, set by whoever filled it. A reader uses only the fields
 *     that lie within struct_size. Fields and functions are appended, never moved, retyped or reused.
 *     Four never grow and have none: serai_str, serai_bytes, serai_field, serai_ledger_entry.
 *   - Texts are UTF-8 with a length and no terminator. What a pointer shows is borrowed until the
 *     function that received it returns, unless its comment says otherwise. Copy what you keep.
 *   - Functions return a status: SERAI_OK, SERAI_PENDING, or one of the error numbers below.
 *   - No exception, longjmp or signal crosses this border.
 *   - Thread tags: [loader] the loader thread, [shard] the thread of the entity's shard, one call at a
 *     time for one entity, [shard & call] only with the live serai_call of the running handler,
 *     [any] every thread that the host calls the module on. A stateless handler runs on many shards at once.
 *     Once all shards have ended, the thread that ends the host stands in for them and for the loader.
 *     serai/ext/thread_check.h asks for them at run time.
 *   - Each loaded version is given a serai_host of its own. Functions that may be called without a live
 *     serai_call take it first: the host knows by it which version calls.
 *   - Several versions of one module may be loaded at the same time: keep no static state.
 *
 * Which call may follow which
 *
 *   The host reads the two sections, maps the file, and reads serai_module_entry. From then on it calls the
 *   module's functions in this order. What an instance, an entity or a frame is, the module alone knows.
 *
 *   Instance   open --> at work --> close              an error of open: nothing follows, not even close
 *                        |   ^
 *                        +---+  get_extension, self_test; entities and runs come and go
 *
 *   Entity     entity_create --+
 *                              +--> at rest <---------------------------+
 *              entity_import --+     |  |  |                            |
 *                                    |  |  +-- handle --> in a run -----+  one at a time
 *                                    |  +-- entity_export: at rest as before
 *                                    +-- entity_destroy
 *
 *   Run        handle --> SERAI_OK or an error: ended, and there is no frame
 *                |
 *                +------> SERAI_PENDING and *frame: waits <-----------------------+
 *                           |  |                                                  |
 *                           |  +-- resume --> SERAI_PENDING: with the same frame -+
 *                           |        |
 *                           |        +------> SERAI_OK or an error: ended, the frame is gone
 *                           +-- cancel: ended, the frame is gone
 *
 *   - A stateless handler is a run without an entity; several of them may be at work at once.
 *   - An entity is neither exported nor destroyed while a frame of it waits.
 *   - After an error of handle or resume the host may destroy the entity and import what it was before.
 *   - In a swap the new version imports an entity before the former one destroys it: for a moment both are
 *     there, in two versions of the code.
 *   - close comes when no entity and no frame of the instance is left; then the code is unmapped, unless the
 *     manifest says that it may stay ("stays_mapped").
 */
#ifndef SERAI_ABI_H
#define SERAI_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SERAI_MAGIC UINT32_C(0x49415253) /* "SRAI" in memory order */
#define SERAI_ABI_MAJOR 1
#define SERAI_ABI_MINOR 0

/* Status numbers 0 to 16 are the gRPC numbers that clients see. */
typedef int32_t serai_status;
#define SERAI_OK 0
#define SERAI_CANCELLED 1
#define SERAI_UNKNOWN 2
#define SERAI_INVALID_ARGUMENT 3
#define SERAI_DEADLINE_EXCEEDED 4
#define SERAI_NOT_FOUND 5
#define SERAI_ALREADY_EXISTS 6
#define SERAI_PERMISSION_DENIED 7
#define SERAI_RESOURCE_EXHAUSTED 8
#define SERAI_FAILED_PRECONDITION 9
#define SERAI_ABORTED 10
#define SERAI_OUT_OF_RANGE 11
#define SERAI_UNIMPLEMENTED 12
#define SERAI_INTERNAL 13
#define SERAI_UNAVAILABLE 14
#define SERAI_DATA_LOSS 15
#define SERAI_UNAUTHENTICATED 16
#define SERAI_PENDING 100 /* the handler waits; the host will resume it */

#define SERAI_LOG_DEBUG 1
#define SERAI_LOG_INFO 2
#define SERAI_LOG_WARN 3
#define SERAI_LOG_ERROR 4

/* Why a state is exported: serai_export.purpose. */
#define SERAI_FOR_CHECKPOINT 1
#define SERAI_FOR_SWAP 2
#define SERAI_FOR_TRANSFER 3

typedef struct serai_str {
  const char *data;
  uint64_t size; /* bytes */
} serai_str;

typedef struct serai_bytes {
  const void *data;
  uint64_t size; /* bytes */
} serai_bytes;

/* The host's, opaque to modules. */
typedef struct serai_call serai_call; /* one run of one handler, waits included */
typedef struct serai_sink serai_sink; /* takes bytes */

/* The module's, opaque to the host; never dereferenced by it. */
typedef struct serai_instance serai_instance; /* one loaded version */
typedef struct serai_entity serai_entity;     /* the state of one entity */
typedef struct serai_frame serai_frame;       /* a handler that waits */

/* What a handler is asked to do. Lives until the handler has ended, its waits included. */
typedef struct serai_message {
  uint32_t struct_size;
  uint32_t handler;       /* index into the manifest's "handlers" */
  serai_str entity_kind;  /* empty for a stateless handler */
  serai_str entity_key;   /* empty for a stateless handler */
  serai_str user_id;      /* the player behind it, UUID text; empty when there is none */
  serai_str username;     /* empty when there is none */
  serai_str session_id;   /* the player's socket, UUID text; empty outside sockets */
  serai_str caller_kind;  /* the calling entity; empty when a client or the host calls */
  serai_str caller_key;
  serai_bytes payload;    /* a Protobuf message of the declared type, or raw bytes when none is */
  int64_t now_ms;         /* Unix milliseconds */
  uint64_t tick;          /* for "tick" handlers: ticks of this entity so far */
  int64_t op_code;        /* for "data" handlers: what the client sent it under */
  uint64_t timer_id;      /* for "timer" handlers: the id that timer_set was given */
} serai_message;

/* Where a message goes. An empty kind with a handler name calls a stateless handler. */
typedef struct serai_target {
  uint32_t struct_size;
  uint32_t reserved;
  serai_str kind;
  serai_str key;
  serai_str handler; /* the handler's name in the manifest of the module that owns the kind */
} serai_target;

/* The outcome of something a handler waited for. */
typedef struct serai_completion {
  uint32_t struct_size;
  serai_status status; /* SERAI_OK, or why there is no answer */
  uint64_t token;      /* as given when the wait began */
  serai_bytes payload; /* the answer; the error text when status is not SERAI_OK */
} serai_completion;

typedef struct serai_field {
  serai_str name;
  serai_str value;
} serai_field;

/* A state as bytes. */
typedef struct serai_state {
  uint32_t struct_size;
  uint32_t schema; /* the schema number the bytes are written in */
  serai_str key;   /* of the entity */
  serai_bytes bytes;
} serai_state;

typedef struct serai_export {
  uint32_t struct_size;
  uint32_t schema;  /* the schema to write: one of the kind's "writes" */
  uint32_t purpose; /* SERAI_FOR_… */
  uint32_t reserved;
} serai_export;

/* What the host offers to one loaded version. More is found by get_extension. */
typedef struct serai_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;

  /* The table of an extension by "name/revision", or null when this host has none.
   * The table lives as long as the instance. [any] */
  const void *(*get_extension)(const struct serai_host *host, serai_str id);

  /* Writes a log line; call is null outside handlers. Borrows all until return. [any] */
  void (*log)(const struct serai_host *host, serai_call *call, int32_t level, serai_str event,
              const serai_field *fields, uint64_t field_count);

  /* Appends bytes to a sink. SERAI_OK, or SERAI_RESOURCE_EXHAUSTED past the sink's bound. [any] */
  serai_status (*write)(const struct serai_host *host, serai_sink *sink, serai_bytes bytes);

  /* Unix milliseconds; the same value during one run between waits. [shard & call] */
  int64_t (*now_ms)(serai_call *call);

  /* The next 64 bits of this entity's seeded generator. [shard & call] */
  uint64_t (*random)(serai_call *call);

  /* Sets the answer; copied. The last one wins. [shard & call] */
  serai_status (*reply)(serai_call *call, serai_bytes payload);

  /* Says why the handler is about to return an error status; copied. [shard & call] */
  void (*fail)(serai_call *call, serai_str message);

  /* Sends a message that nobody waits for. Released when the handler has succeeded, and for a
   * durable handler delivered exactly once, crashes included.
   * SERAI_OK, SERAI_NOT_FOUND (no such handler), SERAI_RESOURCE_EXHAUSTED. [shard & call] */
  serai_status (*send)(serai_call *call, const serai_target *target, serai_bytes payload);

  /* Calls a handler and waits: SERAI_PENDING, the answer comes to resume() under token. Refused at once:
   * SERAI_NOT_FOUND, SERAI_FAILED_PRECONDITION (target waits on this very chain: a deadlock).
   * deadline_ms 0 takes the host's default. [shard & call] */
  serai_status (*call)(serai_call *call, const serai_target *target, serai_bytes payload,
                       uint32_t deadline_ms, uint64_t token);

  /* Waits: SERAI_PENDING, then resume() with SERAI_OK. [shard & call] */
  serai_status (*sleep)(serai_call *call, uint32_t delay_ms, uint64_t token);

  /* Sets or replaces the entity's timer `id`; when due, `handler` (a "timer" handler of the same kind,
   * by name) gets the payload. Timers survive swaps, restarts and passivation. [shard & call] */
  serai_status (*timer_set)(serai_call *call, uint64_t id, uint32_t delay_ms, serai_str handler,
                            serai_bytes payload);
  /* Takes the entity's timer `id` back; no error when there is none. [shard & call] */
  serai_status (*timer_cancel)(serai_call *call, uint64_t id);

  /* Ends the entity once this handler has succeeded: its state is erased, its match closes. [shard & call] */
  serai_status (*close)(serai_call *call);
} serai_host;

/* The entry: the module's whole face. All functions are required. */
typedef struct serai_module {
  uint32_t struct_size;
  uint32_t magic; /* SERAI_MAGIC */
  uint16_t abi_major;
  uint16_t abi_minor;
  uint32_t reserved;
  serai_str manifest; /* the bytes of .serai.manifest */

  /* Makes the instance; the host table outlives it. Nothing declared is live yet. [loader] */
  serai_status (*open)(const serai_host *host, serai_instance **out);
  /* Ends the instance; nothing of it is left alive by then, no entity and no frame. [loader] */
  void (*close)(serai_instance *instance);

  /* The table of something else that the module can do, by "name/revision", or null: today a module
   * answers null to every id. The table lives as long as the instance. [loader] */
  const void *(*get_extension)(serai_instance *instance, serai_str id);

  /* A fresh entity for the kind with this index in the manifest. The caller owns *out. [shard] */
  serai_status (*entity_create)(serai_instance *instance, uint32_t kind, serai_str key,
                                serai_entity **out);
  /* Builds a new entity from bytes, never edits one. On failure writes the reason to why. [shard, loader] */
  serai_status (*entity_import)(serai_instance *instance, uint32_t kind, const serai_state *state,
                                serai_entity **out, serai_sink *why);
  /* Writes the state in the schema asked for; the entity is unchanged. [shard, loader] */
  serai_status (*entity_export)(serai_instance *instance, uint32_t kind, const serai_entity *entity,
                                const serai_export *request, serai_sink *out);
  /* Frees an entity that create or import made. [shard, loader] */
  void (*entity_destroy)(serai_instance *instance, uint32_t kind, serai_entity *entity);

  /* Runs a handler. entity is null for stateless ones. Returns SERAI_OK, an error (the call then has
   * no effects), or SERAI_PENDING with *frame set when it waits. [shard] */
  serai_status (*handle)(serai_instance *instance, serai_entity *entity, serai_call *call,
                         const serai_message *message, serai_frame **frame);
  /* Goes on with a waiting handler; returns as handle(). When it does not return SERAI_PENDING the
   * frame is gone. [shard] */
  serai_status (*resume)(serai_instance *instance, serai_entity *entity, serai_call *call,
                         serai_frame *frame, const serai_completion *completion);
  /* Drops a waiting handler: deadline, failure or shutdown. [shard] */
  void (*cancel)(serai_instance *instance, serai_frame *frame);

  /* Checks itself with no host around it; on failure writes the reason to why. [loader] */
  serai_status (*self_test)(serai_instance *instance, serai_sink *why);
} serai_module;

#define SERAI_EXPORT __attribute__((visibility("default"), used))

/* Puts the manifest (a string literal) where the host looks for it; for modules written in C. */
#define SERAI_MANIFEST(name, text) \
  SERAI_MANIFEST_SECTION static const char name[sizeof(text) - 1] = text

/* ---- Layout, frozen for 64-bit hosts ---------------------------------------------------------- */

#if defined(__cplusplus) && __cplusplus >= 201103L
#define SERAI_STATIC_ASSERT(condition, text) static_assert(condition, text)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define SERAI_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#else
#define SERAI_STATIC_ASSERT(condition, text) struct serai_unchecked
#endif
#define SERAI_SIZE(type, size) SERAI_STATIC_ASSERT(sizeof(type) == (size), #type " changed its size")
#define SERAI_AT(type, member, offset) \
  SERAI_STATIC_ASSERT(offsetof(type, member) == (offset), #type "." #member " moved")

SERAI_SIZE(serai_str, 16);
SERAI_AT(serai_str, data, 0);
SERAI_AT(serai_str, size, 8);
SERAI_SIZE(serai_bytes, 16);
SERAI_AT(serai_bytes, data, 0);
SERAI_AT(serai_bytes, size, 8);
SERAI_SIZE(serai_message, 168);
SERAI_AT(serai_message, struct_size, 0);
SERAI_AT(serai_message, handler, 4);
SERAI_AT(serai_message, entity_kind, 8);
SERAI_AT(serai_message, entity_key, 24);
SERAI_AT(serai_message, user_id, 40);
SERAI_AT(serai_message, username, 56);
SERAI_AT(serai_message, session_id, 72);
SERAI_AT(serai_message, caller_kind, 88);
SERAI_AT(serai_message, caller_key, 104);
SERAI_AT(serai_message, payload, 120);
SERAI_AT(serai_message, now_ms, 136);
SERAI_AT(serai_message, tick, 144);
SERAI_AT(serai_message, op_code, 152);
SERAI_AT(serai_message, timer_id, 160);
SERAI_SIZE(serai_target, 56);
SERAI_AT(serai_target, struct_size, 0);
SERAI_AT(serai_target, reserved, 4);
SERAI_AT(serai_target, kind, 8);
SERAI_AT(serai_target, key, 24);
SERAI_AT(serai_target, handler, 40);
SERAI_SIZE(serai_completion, 32);
SERAI_AT(serai_completion, struct_size, 0);
SERAI_AT(serai_completion, status, 4);
SERAI_AT(serai_completion, token, 8);
SERAI_AT(serai_completion, payload, 16);
SERAI_SIZE(serai_field, 32);
SERAI_AT(serai_field, name, 0);
SERAI_AT(serai_field, value, 16);
SERAI_SIZE(serai_state, 40);
SERAI_AT(serai_state, struct_size, 0);
SERAI_AT(serai_state, schema, 4);
SERAI_AT(serai_state, key, 8);
SERAI_AT(serai_state, bytes, 24);
SERAI_SIZE(serai_export, 16);
SERAI_AT(serai_export, struct_size, 0);
SERAI_AT(serai_export, schema, 4);
SERAI_AT(serai_export, purpose, 8);
SERAI_AT(serai_export, reserved, 12);
SERAI_SIZE(serai_host, 112);
SERAI_AT(serai_host, struct_size, 0);
SERAI_AT(serai_host, abi_major, 4);
SERAI_AT(serai_host, abi_minor, 6);
SERAI_AT(serai_host, get_extension, 8);
SERAI_AT(serai_host, log, 16);
SERAI_AT(serai_host, write, 24);
SERAI_AT(serai_host, now_ms, 32);
SERAI_AT(serai_host, random, 40);
SERAI_AT(serai_host, reply, 48);
SERAI_AT(serai_host, fail, 56);
SERAI_AT(serai_host, send, 64);
SERAI_AT(serai_host, call, 72);
SERAI_AT(serai_host, sleep, 80);
SERAI_AT(serai_host, timer_set, 88);
SERAI_AT(serai_host, timer_cancel, 96);
SERAI_AT(serai_host, close, 104);
SERAI_SIZE(serai_module, 120);
SERAI_AT(serai_module, struct_size, 0);
SERAI_AT(serai_module, magic, 4);
SERAI_AT(serai_module, abi_major, 8);
SERAI_AT(serai_module, abi_minor, 10);
SERAI_AT(serai_module, reserved, 12);
SERAI_AT(serai_module, manifest, 16);
SERAI_AT(serai_module, open, 32);
SERAI_AT(serai_module, close, 40);
SERAI_AT(serai_module, get_extension, 48);
SERAI_AT(serai_module, entity_create, 56);
SERAI_AT(serai_module, entity_import, 64);
SERAI_AT(serai_module, entity_export, 72);
SERAI_AT(serai_module, entity_destroy, 80);
SERAI_AT(serai_module, handle, 88);
SERAI_AT(serai_module, resume, 96);
SERAI_AT(serai_module, cancel, 104);
SERAI_AT(serai_module, self_test, 112);

#ifdef __cplusplus
}
#endif

/* The manifest's section holds its text and nothing else: clang's AddressSanitizer would put more behind it. */
#if defined(__clang__)
#define SERAI_MANIFEST_SECTION __attribute__((section(".serai.manifest"), used, no_sanitize("address")))
#else
#define SERAI_MANIFEST_SECTION __attribute__((section(".serai.manifest"), used))
#endif

#endif /* SERAI_ABI_H */
