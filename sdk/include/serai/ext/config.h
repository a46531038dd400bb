/* serai.config/1: the configuration of the module: config/modules/<name>.json and "features". */
#ifndef SERAI_EXT_CONFIG_H
#define SERAI_EXT_CONFIG_H

#include "serai/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SERAI_EXT_CONFIG "serai.config/1"
typedef struct serai_config_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Sets *out to the value of a dotted key, as JSON text that is valid until the handler waits or
   * ends. SERAI_OK, or SERAI_NOT_FOUND when the key has no value. A key that the module's manifest
   * does not declare makes the handler fail. [shard & call] */
  serai_status (*get)(serai_call *call, serai_str key, serai_str *out);
} serai_config_v1;

SERAI_SIZE(serai_config_v1, 16);
SERAI_AT(serai_config_v1, struct_size, 0);
SERAI_AT(serai_config_v1, reserved, 4);
SERAI_AT(serai_config_v1, get, 8);

#ifdef __cplusplus
}
#endif

#endif /* SERAI_EXT_CONFIG_H */
