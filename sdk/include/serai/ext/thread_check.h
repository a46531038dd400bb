/* serai.thread_check/1: the thread tags of serai/abi.h, asked at run time. For assertions: a module
 * must not do one thing on one thread and another elsewhere. Every thread may ask; one that the
 * host does not know is answered 0.
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
  /* 1 when what is tagged [loader] may be done on the calling thread now, else 0. [any] */
  uint32_t (*is_loader)(const serai_host *host);
  /* 1 when what is tagged [shard] may be done on the calling thread now, else 0. [any] */
  uint32_t (*is_shard)(const serai_host *host);
  /* 1 when `call` is live on the calling thread: what is tagged [shard & call] may be done with it
   * now. The pointer is compared and never followed, so that one from an earlier handler may be
   * shown. [any] */
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
