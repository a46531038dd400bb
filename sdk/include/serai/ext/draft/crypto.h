/* serai.crypto/draft-1: hashes. A draft: see serai/ext/README.md. */
#ifndef SERAI_EXT_DRAFT_CRYPTO_H
#define SERAI_EXT_DRAFT_CRYPTO_H

#include "serai/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SERAI_EXT_CRYPTO "serai.crypto/draft-1"
#define SERAI_SHA256_BYTES 32

typedef struct serai_crypto_draft1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Writes the SHA-256 of `bytes` to `out`, which has room for SERAI_SHA256_BYTES bytes.
   * SERAI_OK, SERAI_INVALID_ARGUMENT. [any] */
  serai_status (*sha256)(const serai_host *host, serai_bytes bytes, uint8_t *out);
} serai_crypto_draft1;

SERAI_SIZE(serai_crypto_draft1, 16);
SERAI_AT(serai_crypto_draft1, struct_size, 0);
SERAI_AT(serai_crypto_draft1, reserved, 4);
SERAI_AT(serai_crypto_draft1, sha256, 8);

#ifdef __cplusplus
}
#endif

#endif /* SERAI_EXT_DRAFT_CRYPTO_H */
