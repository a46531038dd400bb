/* serai.notify/1: notifications to players. A notification goes to all sockets of its player. The
 * host stores a persistent one until a client deletes it.
 */
#ifndef SERAI_EXT_NOTIFY_H
#define SERAI_EXT_NOTIFY_H

#include "serai/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SERAI_EXT_NOTIFY "serai.notify/1"
typedef struct serai_notification {
  uint32_t struct_size;
  int32_t code;      /* above 0 */
  serai_str user_id; /* the player's, UUID text */
  serai_str subject;
  serai_str content;   /* text of a JSON object */
  uint32_t persistent; /* 1: stored; 0: sent only */
  uint32_t reserved;
} serai_notification;

typedef struct serai_notify_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Sends a notification when the handler has succeeded. SERAI_OK, SERAI_INVALID_ARGUMENT, or
   * SERAI_RESOURCE_EXHAUSTED above a limit. [shard & call] */
  serai_status (*notify)(serai_call *call, const serai_notification *notification);
} serai_notify_v1;

SERAI_SIZE(serai_notification, 64);
SERAI_AT(serai_notification, struct_size, 0);
SERAI_AT(serai_notification, code, 4);
SERAI_AT(serai_notification, user_id, 8);
SERAI_AT(serai_notification, subject, 24);
SERAI_AT(serai_notification, content, 40);
SERAI_AT(serai_notification, persistent, 56);
SERAI_AT(serai_notification, reserved, 60);
SERAI_SIZE(serai_notify_v1, 16);
SERAI_AT(serai_notify_v1, struct_size, 0);
SERAI_AT(serai_notify_v1, reserved, 4);
SERAI_AT(serai_notify_v1, notify, 8);

#ifdef __cplusplus
}
#endif

#endif /* SERAI_EXT_NOTIFY_H */
