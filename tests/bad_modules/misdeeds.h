/* Misdeeds: the faults of the fixture `misbehaves`. An entity has the fault whose name its key
 * begins with. The table in host/swap/README.md lists the host's reaction to each. A rehearsal
 * finds none: either the entity was created after it, or the module behaves during a rehearsal.
 *
 * Two keys stand for no misdeed, but for what a counter does not do otherwise: "takes its time" and
 * "tells its player".
 *
 * Included by counter.c, which calls these at the head of the functions they are named for.
 */
#include <stdio.h>
#include <time.h>

#include <serai/ext/config.h>
#include <serai/ext/match.h>
#include <serai/ext/notify.h>

#include "bare_thread.h"

void throw_up(void);
void hoard(void); /* throw_up.cpp: allocates until it is refused */
int raise(int signal_number);

#define PLAN_MS(ms) ((ms) * 1000U)
static const struct serai_bytes no_bytes = {"", 0};
/* Atomic, because several shards use them: the fault is that they are kept, not a data race. */
static _Atomic(serai_call *) kept_call;
static _Atomic(serai_sink *) kept_sink;
static volatile int throws_in_close;

static int says(serai_str key, const char *words) {
  return key.size >= strlen(words) && memcmp(key.data, words, strlen(words)) == 0;
}
static serai_str key_of(const serai_entity *entity) {
  const serai_str key = {(const char *)entity->bytes + 2, entity->bytes[1]};
  return key;
}
/* Signals must not end it: the host sends one to learn where the thread is. */
static void hang_ms(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};
  while (nanosleep(&left, &left) != 0) continue;
}
/* Whether this process is a rehearsal, `host probe`. */
static int is_watched(const serai_host *host) {
  (void)host;
  char words[256] = "";
  FILE *file = fopen("/proc/self/cmdline", "r");
  if (file == NULL) return 0;
  const size_t size = fread(words, 1, sizeof(words), file);
  fclose(file);
  return size > 10 && memcmp(words, "host\0probe", 10) == 0;
}

static void misdeed_in_create(serai_str key) {
  if (says(key, "throws in create")) throw_up();
}

static serai_status misdeed_in_import(const serai_host *host, serai_str key) {
  if (is_watched(host)) {
    if (says(key, "slow to rehearse")) usleep(PLAN_MS(800));
    return SERAI_OK;
  }
  if (says(key, "throws in import")) throw_up();
  if (says(key, "refuses in commit")) return SERAI_DATA_LOSS;
  if (says(key, "hangs in commit")) hang_ms(1500);
  if (says(key, "dies in commit")) raise(9);
  return SERAI_OK;
}

static serai_status misdeed_in_export(const serai_host *host, const serai_entity *entity,
                                      serai_sink *out) {
  if (says(key_of(entity), "keeps its sink")) kept_sink = out;
  if (!is_watched(host) && says(key_of(entity), "writes astray")) host->write(host, NULL, no_bytes);
  if (!is_watched(host) && says(key_of(entity), "throws in export")) throw_up();
  return SERAI_OK;
}

static void misdeed_in_close(void) {
  if (throws_in_close) throw_up();
}

static void misdeed_in_destroy(const serai_entity *entity) {
  if (says(key_of(entity), "throws in destroy")) throw_up();
}

static serai_status wait_a_little(const serai_host *host, serai_call *call, uint32_t ms,
                                  serai_frame **frame) {
  *frame = (serai_frame *)host;
  return host->sleep(call, ms, 7);
}

static serai_status show_nonsense(const serai_host *host, serai_call *call, serai_str key) {
  const serai_bytes nothing = {NULL, 5};
  const serai_bytes endless = {"", UINT64_C(1) << 60};
  const serai_target nowhere = {sizeof(serai_target), 0, {NULL, 7}, {"", 0}, {"rpc_add", 7}};
  if (says(key, "shows null")) host->reply(call, nothing);
  if (says(key, "shows endless")) host->reply(call, endless);
  if (says(key, "sends nowhere")) host->send(call, &nowhere, no_bytes);
  return SERAI_OK; /* as if nothing had been wrong */
}

static serai_status tell_player(const serai_host *host, serai_call *call, serai_str user_id) {
  const serai_str id = {SERAI_EXT_NOTIFY, sizeof(SERAI_EXT_NOTIFY) - 1};
  const serai_notify_v1 *notices = host->get_extension(host, id);
  const serai_notification news = {
      sizeof(news), 7, user_id, {"news", 4}, {"{\"of\":\"the day\"}", 16}, 1, 0};
  return notices->notify(call, &news);
}

/* ---- A thread of its own that uses the host -------------------------------------------------- */

static struct {
  const serai_host *volatile host;
  serai_call *volatile call;
  const serai_match_v1 *volatile match;
  volatile int rounds, served, stop, ended;
} on_thread;

static int served_a_round(const serai_host *host, serai_call *call) {
  const serai_bytes forged = {"\x08\x2a", 2}; /* an answer of 42 */
  const serai_str word = {"thread.said", 11};
  const serai_target good = {sizeof(good), 0, {"counter", 7}, {"good", 4}, {"rpc_add", 7}};
  const serai_str id = {SERAI_EXT_MATCH, sizeof(SERAI_EXT_MATCH) - 1};
  host->log(host, call, SERAI_LOG_INFO, word, NULL, 0);
  host->log(host, NULL, SERAI_LOG_INFO, word, NULL, 0);
  host->fail(call, word);
  return (host->reply(call, forged) == SERAI_OK) + (host->send(call, &good, forged) == SERAI_OK) +
         (host->sleep(call, 1, 9) == SERAI_PENDING) +
         (host->write(host, kept_sink, forged) == SERAI_OK) +
         (on_thread.match->set_label(call, word) == SERAI_OK) +
         (host->get_extension(host, id) != NULL) + (host->close(call) == SERAI_OK) +
         (host->now_ms(call) != 0) + (host->random(call) != 0);
}
static void use_host(void) {
  const struct timespec while_others_run = {0, 1000000};
  for (; !on_thread.stop; ++on_thread.rounds) {
    on_thread.served += served_a_round(on_thread.host, on_thread.call);
    bare_call(35, &while_others_run, NULL); /* nanosleep */
  }
  on_thread.ended = 1;
  for (;;) bare_call(60, NULL, NULL); /* exit, of this thread only */
}
/* Begins while the handler that started it still has the call, and goes on after that. */
static void use_host_on_thread(const serai_host *host, serai_call *call) {
  on_thread.host = host;
  on_thread.call = call;
  const serai_str id = {SERAI_EXT_MATCH, sizeof(SERAI_EXT_MATCH) - 1};
  on_thread.match = host->get_extension(host, id);
  start_bare_thread(use_host);
  while (on_thread.rounds < 3) continue;
}
static serai_status stop_thread(const serai_host *host, serai_call *call) {
  on_thread.stop = 1;
  while (!on_thread.ended) continue;
  if (on_thread.served == 0) return SERAI_OK;
  host->fail(call, (serai_str){"the thread was served", 21});
  return SERAI_INTERNAL;
}

/* Passes an address from one version to the next through the process's environment. */
static void leave_address(void) {
  char text[32];
  snprintf(text, sizeof(text), "%p", (void *)(uintptr_t)leave_address);
  setenv("SERAI_TEST_ADDRESS", text, 1);
}
static void call_address_left(void) {
  void *address = NULL;
  const char *text = getenv("SERAI_TEST_ADDRESS");
  if (text != NULL && sscanf(text, "%p", &address) == 1) ((void (*)(void))(uintptr_t)address)();
}

/* SERAI_OK: go on as a counter does. */
static serai_status misdeed_in_handle(const serai_host *host, const serai_entity *entity,
                                      serai_call *call, const serai_message *message,
                                      serai_frame **frame) {
  const serai_str key = message->entity_key;
  const int is_tick = message->handler == 1;
  if (is_tick) {
    if (says(key, "slow tick")) usleep(PLAN_MS(30));
    if (says(key, "waits in tick")) return wait_a_little(host, call, 300, frame);
    return SERAI_OK;
  }
  if (says(key, "slow in handle")) usleep(PLAN_MS(10));
  if (says(key, "takes its time")) return wait_a_little(host, call, 1500, frame);
  if (says(key, "tells its player")) return tell_player(host, call, message->user_id);
  if (says(key, "throws in handle")) throw_up();
  if (says(key, "throws in resume")) return wait_a_little(host, call, 1, frame);
  if (says(key, "throws in cancel")) {
    *frame = (serai_frame *)host;
    return SERAI_PENDING; /* and waits for nothing */
  }
  if (says(key, "throws in destroy")) return SERAI_INTERNAL;
  if (says(key, "throws in import") && entity->size > 2 + key.size) return SERAI_INTERNAL;
  if (says(key, "throws in close")) throws_in_close = 1; /* close() has no key */
  if (says(key, "refuses everybody")) return SERAI_FAILED_PRECONDITION;
  if (says(key, "says -7")) return -7;
  if (says(key, "says 99")) return 99;
  if (says(key, "keeps its call")) {
    kept_call = call;
    host->log(host, call, SERAI_LOG_INFO, (serai_str){"call.kept", 9}, 0, 0);
    return wait_a_little(host, call, 500, frame);
  }
  if (says(key, "uses a kept call")) host->reply(kept_call, no_bytes);
  if (says(key, "uses a kept sink")) host->write(host, kept_sink, no_bytes);
  if (says(key, "asks beyond its settings")) {
    const serai_str id = {SERAI_EXT_CONFIG, sizeof(SERAI_EXT_CONFIG) - 1};
    const serai_config_v1 *config = host->get_extension(host, id);
    const serai_str undeclared = {"secret", 6};
    serai_str value;
    config->get(call, undeclared, &value);
    return SERAI_OK;
  }
  if (says(key, "uses the host on a thread")) use_host_on_thread(host, call);
  if (says(key, "stops its thread")) return stop_thread(host, call);
  if (says(key, "hoards in handle")) hoard();
  if (says(key, "hangs in handle")) hang_ms(6000);
  if (says(key, "crashes")) raise(11);
  if (says(key, "leaves its address")) leave_address();
  if (says(key, "calls an address left")) call_address_left();
  return show_nonsense(host, call, key);
}

static void misdeed_in_resume(const serai_entity *entity) {
  if (says(key_of(entity), "throws in resume")) throw_up();
}
