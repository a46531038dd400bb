/* serai/abi.h: the core of the border between the Serai host and a gameplay module. C11, and C++ from 98 on.
 * Functions that only some modules need are in extensions, one header each: serai/ext/match.h and others.
 *
 * A module is one shared library with one exported symbol, the constant `serai_module_entry`.
 * The same file has two ELF sections, which the host reads without executing any code of the module:
 *
 *   .serai.manifest   JSON text: name, version, entity kinds, handlers, events (see sdk/README.md)
 *   .serai.contract   a google.protobuf.FileDescriptorSet with every message the manifest names
 *
 * Rules that hold for the whole file
 *   - Every struct begins with struct_size, which the side that fills the struct sets. A reader uses only the
 *     fields that lie within struct_size. Fields and functions are appended, never moved, retyped or reused.
 *     Four structs never grow and have no struct_size: serai_str, serai_bytes, serai_field, serai_ledger_entry.
 *   - Texts are UTF-8 with a length and no terminator. The memory behind a pointer is borrowed until the
 *     function that received it returns, unless its comment gives another time. Copy what you need longer.
 *   - Functions return a status: SERAI_OK, SERAI_PENDING, or one of the error numbers below. A function of the
 *     host that gets a serai_call or a pointer it may not use does nothing and returns SERAI_INVALID_ARGUMENT,
 *     null or 0; the running handler then fails.
 *   - No exception, longjmp or signal crosses this border.
 *   - A thread tag ends the comment of each function. It names the threads that may call the function:
 *       [loader]        the loader thread
 *       [shard]         the thread of the entity's shard, one call at a time for one entity. A stateless
 *                       handler runs on many shards at once.
 *       [shard & call]  the same thread, and only with the live serai_call of the running handler
 *       [any]           every thread on which the host calls the module
 *     When all shards have ended, the thread that ends the host makes the remaining calls of the shards and of
 *     the loader. The functions of serai/ext/thread_check.h check these tags at run time.
 *   - Each loaded version has a serai_host of its own. Functions that may be called without a live serai_call
 *     take it as their first argument, so that the host can identify the calling version.
 *   - Several versions of one module may be loaded at the same time: keep no static state.
 *
 * Which call may follow which
 *
 *   The host reads the two sections, maps the file, and reads serai_module_entry. From then on it calls the
 *   module's functions in this order. Instances, entities and frames are opaque to the host.
 *
 *   Instance   open --> at work --> close              after an error of open nothing follows, not even close
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
 *   - A run of a stateless handler has no entity. Several such runs may be at work at once.
 *   - An entity is neither exported nor destroyed while a frame of it waits.
 *   - After an error of handle or resume the host may destroy the entity and import its state from before the
 *     run, so that a failed run changes nothing.
 *   - In a swap the new version imports an entity before the former version destroys it. For a moment the
 *     entity exists twice, in two versions of the code.
 *   - The host calls close when no entity and no frame of the instance is left. Then it unmaps the code, unless
 *     the manifest allows the code to stay mapped ("stays_mapped").
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

/* Numbers 0 to 16 are the gRPC status numbers, and clients get them as they are. */
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
#define SERAI_PENDING 100 /* the handler waits, and the host will resume it */

#define SERAI_LOG_DEBUG 1
#define SERAI_LOG_INFO 2
#define SERAI_LOG_WARN 3
#define SERAI_LOG_ERROR 4

/* Values of serai_export.purpose: the reason for an export. */
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

/* Objects of the host, opaque to modules. */
typedef struct serai_call serai_call; /* one run of one handler, waits included */
typedef struct serai_sink serai_sink; /* a buffer of the host that a module writes bytes to */

/* Objects of the module, opaque to the host, which never dereferences them. */
typedef struct serai_instance serai_instance; /* one loaded version */
typedef struct serai_entity serai_entity;     /* the state of one entity */
typedef struct serai_frame serai_frame;       /* a handler that waits */

/* The input of a handler. It lives until the handler has ended, its waits included. */
typedef struct serai_message {
  uint32_t struct_size;
  uint32_t handler;       /* index into the manifest's "handlers" */
  serai_str entity_kind;  /* empty for a stateless handler */
  serai_str entity_key;   /* empty for a stateless handler */
  serai_str user_id;      /* the player on whose behalf it runs, UUID text; empty: no player */
  serai_str username;     /* the player's; empty: no player */
  serai_str session_id;   /* the player's socket, UUID text; empty when it came by no socket */
  serai_str caller_kind;  /* the calling entity; empty when a client or the host calls */
  serai_str caller_key;
  serai_bytes payload;    /* a Protobuf message of the declared type; raw bytes without such a type */
  int64_t now_ms;         /* Unix milliseconds */
  uint64_t tick;          /* for "tick" handlers: the number of earlier ticks of this entity */
  int64_t op_code;        /* for "data" handlers: the op code of the client's message */
  uint64_t timer_id;      /* for "timer" handlers: the timer's id, as set by timer_set */
} serai_message;

/* The receiver of a message. A handler name with an empty kind stands for a stateless handler. */
typedef struct serai_target {
  uint32_t struct_size;
  uint32_t reserved;
  serai_str kind;
  serai_str key;
  serai_str handler; /* the handler's name in the manifest of the module that owns the kind */
} serai_target;

/* The result of a wait. */
typedef struct serai_completion {
  uint32_t struct_size;
  serai_status status; /* SERAI_OK, or the error because of which there is no answer */
  uint64_t token;      /* the token with which the wait began */
  serai_bytes payload; /* the answer; the error text when status is not SERAI_OK */
} serai_completion;

typedef struct serai_field {
  serai_str name;
  serai_str value;
} serai_field;

/* The exported state of an entity. */
typedef struct serai_state {
  uint32_t struct_size;
  uint32_t schema; /* the number of the schema that the bytes have */
  serai_str key;   /* of the entity */
  serai_bytes bytes;
} serai_state;

typedef struct serai_export {
  uint32_t struct_size;
  uint32_t schema;  /* the schema to write: one of the kind's "writes" */
  uint32_t purpose; /* SERAI_FOR_… */
  uint32_t reserved;
} serai_export;

/* The functions that the host offers to one loaded version. get_extension finds the others. */
typedef struct serai_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;

  /* Returns the table of the extension with this id ("name/revision"), or null when this host does not
   * have it. The table lives as long as the instance. [any] */
  const void *(*get_extension)(const struct serai_host *host, serai_str id);

  /* Writes a log line with the fields of the call, or without them when call is null, as it must be
   * outside handlers. `level` is one of SERAI_LOG_…; at most 64 fields. [any] */
  void (*log)(const struct serai_host *host, serai_call *call, int32_t level, serai_str event,
              const serai_field *fields, uint64_t field_count);

  /* Appends bytes to a sink. SERAI_OK, or SERAI_RESOURCE_EXHAUSTED above the sink's limit. [any] */
  serai_status (*write)(const struct serai_host *host, serai_sink *sink, serai_bytes bytes);

  /* Returns Unix milliseconds. The value changes only when the handler has waited. [shard & call] */
  int64_t (*now_ms)(serai_call *call);

  /* Returns the next 64 bits of this entity's seeded generator. [shard & call] */
  uint64_t (*random)(serai_call *call);

  /* Sets the answer; copies it. A later call replaces it. SERAI_OK. [shard & call] */
  serai_status (*reply)(serai_call *call, serai_bytes payload);

  /* Sets the error text for the error status that the handler returns next; copies it. [shard & call] */
  void (*fail)(serai_call *call, serai_str message);

  /* Sends a message without waiting for an answer. The host sends it when the handler has succeeded, and
   * delivers a message of a durable handler exactly once, also over crashes.
   * SERAI_OK, SERAI_NOT_FOUND (no such handler), SERAI_INVALID_ARGUMENT (the key is too long),
   * SERAI_RESOURCE_EXHAUSTED (above a limit of one run). [shard & call] */
  serai_status (*send)(serai_call *call, const serai_target *target, serai_bytes payload);

  /* Calls a handler and begins a wait: SERAI_PENDING, and resume() gets the answer with this token.
   * `deadline_ms` 0 stands for the host's default. Errors at once, without a wait: SERAI_NOT_FOUND (no such
   * handler), SERAI_INVALID_ARGUMENT (the key is too long), SERAI_RESOURCE_EXHAUSTED (too many waits at
   * once), SERAI_FAILED_PRECONDITION (a deadlock: the target waits for this chain of calls).
   * [shard & call] */
  serai_status (*call)(serai_call *call, const serai_target *target, serai_bytes payload,
                       uint32_t deadline_ms, uint64_t token);

  /* Begins a wait of `delay_ms`: SERAI_PENDING, then resume() gets SERAI_OK with this token.
   * [shard & call] */
  serai_status (*sleep)(serai_call *call, uint32_t delay_ms, uint64_t token);

  /* Sets or replaces the entity's timer `id`. After `delay_ms` the host runs `handler`, a "timer" handler of
   * the same kind, with the payload. Timers survive swaps, restarts and passivation. An effect: it takes
   * place when this handler has succeeded.
   * SERAI_OK, SERAI_NOT_FOUND (no such timer handler), SERAI_INVALID_ARGUMENT (the handler is stateless),
   * SERAI_RESOURCE_EXHAUSTED (above a limit of one run or one entity). [shard & call] */
  serai_status (*timer_set)(serai_call *call, uint64_t id, uint32_t delay_ms, serai_str handler,
                            serai_bytes payload);
  /* Cancels the entity's timer `id` when this handler has succeeded. SERAI_OK also without such a timer,
   * SERAI_INVALID_ARGUMENT (the handler is stateless), SERAI_RESOURCE_EXHAUSTED (above a limit of one run).
   * [shard & call] */
  serai_status (*timer_cancel)(serai_call *call, uint64_t id);

  /* Ends the entity when this handler has succeeded: the host erases its state and closes its match.
   * SERAI_OK, SERAI_INVALID_ARGUMENT (the handler is stateless). [shard & call] */
  serai_status (*close)(serai_call *call);
} serai_host;

/* The functions of a module. The host calls them, and all are required. */
typedef struct serai_module {
  uint32_t struct_size;
  uint32_t magic; /* SERAI_MAGIC */
  uint16_t abi_major;
  uint16_t abi_minor;
  uint32_t reserved;
  serai_str manifest; /* the bytes of .serai.manifest */

  /* Makes the instance. The host table outlives it. The host routes no message to the module before this
   * function has returned. [loader] */
  serai_status (*open)(const serai_host *host, serai_instance **out);
  /* Frees the instance, when no entity and no frame of it is left. [loader] */
  void (*close)(serai_instance *instance);

  /* Returns the table of the module's extension with this id ("name/revision"), or null when it has none.
   * No such extension is defined yet, so modules return null. The table lives as long as the instance.
   * [loader] */
  const void *(*get_extension)(serai_instance *instance, serai_str id);

  /* Makes a new entity of the kind with this index in the manifest. The host owns *out. [shard] */
  serai_status (*entity_create)(serai_instance *instance, uint32_t kind, serai_str key,
                                serai_entity **out);
  /* Makes a new entity from an exported state. The host owns *out. On failure writes the reason to `why`.
   * [shard, loader] */
  serai_status (*entity_import)(serai_instance *instance, uint32_t kind, const serai_state *state,
                                serai_entity **out, serai_sink *why);
  /* Writes the state to `out` in the requested schema, and leaves the entity unchanged. [shard, loader] */
  serai_status (*entity_export)(serai_instance *instance, uint32_t kind, const serai_entity *entity,
                                const serai_export *request, serai_sink *out);
  /* Frees an entity that entity_create or entity_import has made. [shard, loader] */
  void (*entity_destroy)(serai_instance *instance, uint32_t kind, serai_entity *entity);

  /* Runs a handler. `entity` is null for a stateless handler. Returns SERAI_OK; an error, and then the call
   * has no effects; or SERAI_PENDING with *frame set when the handler waits. [shard] */
  serai_status (*handle)(serai_instance *instance, serai_entity *entity, serai_call *call,
                         const serai_message *message, serai_frame **frame);
  /* Continues a waiting handler with the result of one wait. Returns the same values as handle. The module
   * frees the frame unless this function returns SERAI_PENDING. [shard] */
  serai_status (*resume)(serai_instance *instance, serai_entity *entity, serai_call *call,
                         serai_frame *frame, const serai_completion *completion);
  /* Ends a waiting handler that will not be resumed, after a failure or at shutdown, and frees the frame.
   * [shard] */
  void (*cancel)(serai_instance *instance, serai_frame *frame);

  /* Checks the module. A rehearsal calls it before the host accepts the release. On failure writes the reason
   * to `why`. [loader] */
  serai_status (*self_test)(serai_instance *instance, serai_sink *why);
} serai_module;

#define SERAI_EXPORT __attribute__((visibility("default"), used))

/* Puts the manifest, a string literal, into the section that the host reads. For modules written in C. */
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

/* The manifest's section contains its text alone. Clang's AddressSanitizer would append padding, so it is off. */
#if defined(__clang__)
#define SERAI_MANIFEST_SECTION __attribute__((section(".serai.manifest"), used, no_sanitize("address")))
#else
#define SERAI_MANIFEST_SECTION __attribute__((section(".serai.manifest"), used))
#endif

#endif /* SERAI_ABI_H */
