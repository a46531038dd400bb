/* serai.ledger/1: money. The entries of one transfer sum to zero.
 *
 * Three kinds of accounts belong to the host: "player:<user id>", which never falls below zero and
 * is what the player's wallet shows, and "mint" and "sink", which may. All others belong to games:
 * a module lists under "accounts" of its manifest the prefixes of those it moves money from or to,
 * and which of them may fall below zero. Modules of one release may share a prefix when they say
 * the same of it.
 */
#ifndef SERAI_EXT_LEDGER_H
#define SERAI_EXT_LEDGER_H

#include "serai/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SERAI_EXT_LEDGER "serai.ledger/1"
typedef struct serai_ledger_entry {
  serai_str account; /* "player:<user id>", "mint", "sink", or one with a declared prefix */
  int64_t delta;
} serai_ledger_entry;

typedef struct serai_ledger_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Reserves the debits and waits: SERAI_PENDING; resume() gets SERAI_OK, or
   * SERAI_FAILED_PRECONDITION when an account would fall below zero that may not. The transfer
   * happens with the commit of this call, once per idem_key for ever: a repeated key succeeds with
   * no effect. Refused at once: SERAI_INVALID_ARGUMENT, also for an account whose prefix is not
   * declared. [shard & call] */
  serai_status (*transfer)(serai_call *call,
                           serai_str idem_key,
                           serai_str reason,
                           const serai_ledger_entry *entries,
                           uint64_t count,
                           uint64_t token);
  /* Waits; the completion's payload is the balance as int64_t, host byte order. Any account may be
   * asked for. [shard & call] */
  serai_status (*balance)(serai_call *call, serai_str account, uint64_t token);
} serai_ledger_v1;

SERAI_SIZE(serai_ledger_entry, 24);
SERAI_AT(serai_ledger_entry, account, 0);
SERAI_AT(serai_ledger_entry, delta, 16);
SERAI_SIZE(serai_ledger_v1, 24);
SERAI_AT(serai_ledger_v1, struct_size, 0);
SERAI_AT(serai_ledger_v1, reserved, 4);
SERAI_AT(serai_ledger_v1, transfer, 8);
SERAI_AT(serai_ledger_v1, balance, 16);

#ifdef __cplusplus
}
#endif

#endif /* SERAI_EXT_LEDGER_H */
