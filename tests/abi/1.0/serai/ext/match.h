/* serai.match/1: players joined by socket to the entity that handles the message.
 *
 * All functions: SERAI_OK, SERAI_INVALID_ARGUMENT, or SERAI_RESOURCE_EXHAUSTED past a limit.
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
  /* Pushes data to the sockets with these session ids. A null list with a count of 0 stands for
   * everybody in the match; a list that is not null, with a count of 0, for nobody. The payload is
   * the message declared for op_code under "events" (clients get JSON), or raw bytes when none is.
   * Released after success. SERAI_FAILED_PRECONDITION: the entity is no match. [shard & call] */
  serai_status (*broadcast)(serai_call *call,
                            int64_t op_code,
                            serai_bytes payload,
                            const serai_str *session_ids,
                            uint64_t count);
  /* Takes a socket off the match; a "leave" message follows. [shard & call] */
  serai_status (*kick)(serai_call *call, serai_str session_id);
  /* The text clients list and search matches by, at most 2048 bytes. [shard & call] */
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
