/* serai.thread_check/1: the thread tags of serai/abi.h, checked at run time. For assertions only: a
 * module must not behave differently on different threads. Every thread may call these functions;
 * on a thread on which the host never calls modules they return 0.
 */
#ifndef SERAI_EXT_THREAD_CHECK_H
#define SERAI_EXT_THREAD_CHECK_H

#include "serai/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SERAI_EXT_THREAD_CHECK "serai.thread_check/1"
typedef struct serai_thread_check_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* 1 when functions tagged [loader] may be called on the calling thread now, else 0. [any] */
  uint32_t (*is_loader)(const serai_host *host);
  /* 1 when functions tagged [shard] may be called on the calling thread now, else 0. [any] */
  uint32_t (*is_shard)(const serai_host *host);
  /* 1 when `call` is live on the calling thread, so that functions tagged [shard & call] may be
   * called with it now, else 0. The host compares the pointer and never follows it, so a pointer
   * from an earlier handler is allowed. [any] */
  uint32_t (*is_live)(const serai_host *host, const serai_call *call);
} serai_thread_check_v1;

SERAI_SIZE(serai_thread_check_v1, 32);
SERAI_AT(serai_thread_check_v1, struct_size, 0);
SERAI_AT(serai_thread_check_v1, reserved, 4);
SERAI_AT(serai_thread_check_v1, is_loader, 8);
SERAI_AT(serai_thread_check_v1, is_shard, 16);
SERAI_AT(serai_thread_check_v1, is_live, 24);

#ifdef __cplusplus
}
#endif

#endif /* SERAI_EXT_THREAD_CHECK_H */
