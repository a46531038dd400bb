/* serai.ledger/1: money. The entries of one transfer sum to zero.
 *
 * Three kinds of accounts belong to the host. "player:<user id>" is the balance in the player's
 * wallet and never falls below zero. "mint", from which new money comes, and "sink", to which spent
 * money goes, may fall below zero. All other accounts belong to games. A module declares the
 * prefixes of the accounts that it uses under "accounts" of its manifest, and for each prefix
 * whether its accounts may fall below zero, and their currency: {"prefix":"gems:",
 * "currency":"gems","purse":true}. Without "currency" it is gold, as that of "player:<user id>".
 * With "purse" the prefix and a user id is the player's purse of this currency, which the wallet
 * shows. "mint" and "sink" have all currencies. Modules of one release may share a prefix when
 * their declarations of it are equal.
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
  int64_t delta;     /* below 0: a debit */
} serai_ledger_entry;

typedef struct serai_ledger_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Reserves the debits and begins a wait: SERAI_PENDING. Then resume() gets SERAI_OK, or
   * SERAI_FAILED_PRECONDITION when an account would fall below zero that must not. The money moves
   * with the commit of this call. One idem_key moves money once, for ever: a transfer with a used
   * key gets SERAI_OK and has no effect, so a retry does no harm. Error at once, without a wait:
   * SERAI_INVALID_ARGUMENT, also for an account without a declared prefix, and for two currencies.
   * [shard & call] */
  serai_status (*transfer)(serai_call *call,
                           serai_str idem_key,
                           serai_str reason,
                           const serai_ledger_entry *entries,
                           uint64_t count,
                           uint64_t token);
  /* Reads the balance of any account and begins a wait: SERAI_PENDING. Then resume() gets the
   * balance as its payload: one int64_t in host byte order. [shard & call] */
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
