/* serai.match/1: the match of the running handler's entity, and its members, which are sockets of
 * players.
 *
 * All functions are effects: they take place when the handler has succeeded. All return SERAI_OK,
 * SERAI_INVALID_ARGUMENT, or SERAI_RESOURCE_EXHAUSTED above a limit.
 */
#ifndef SERAI_EXT_MATCH_H
#define SERAI_EXT_MATCH_H

#include "serai/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SERAI_EXT_MATCH "serai.match/1"
typedef struct serai_match_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Sends data to the members with these session ids. A null list with a count of 0 stands for
   * all members, and a list that is not null with a count of 0 for no member. The payload is the
   * Protobuf message that the manifest declares for op_code under "events", which clients get as
   * JSON, or raw bytes when it declares none. Also SERAI_FAILED_PRECONDITION: the handler is not
   * one of a match. [shard & call] */
  serai_status (*broadcast)(serai_call *call,
                            int64_t op_code,
                            serai_bytes payload,
                            const serai_str *session_ids,
                            uint64_t count);
  /* Removes a member from the match. The entity then gets a "leave" message. [shard & call] */
  serai_status (*kick)(serai_call *call, serai_str session_id);
  /* Sets the label, the text by which clients list and search matches: at most 2048 bytes.
   * [shard & call] */
  serai_status (*set_label)(serai_call *call, serai_str label);
} serai_match_v1;

SERAI_SIZE(serai_match_v1, 32);
SERAI_AT(serai_match_v1, struct_size, 0);
SERAI_AT(serai_match_v1, reserved, 4);
SERAI_AT(serai_match_v1, broadcast, 8);
SERAI_AT(serai_match_v1, kick, 16);
SERAI_AT(serai_match_v1, set_label, 24);

#ifdef __cplusplus
}
#endif

#endif /* SERAI_EXT_MATCH_H */
