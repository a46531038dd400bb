/* A row of a border's layout, computed by the compiler; see list_rows.cpp. */
#ifndef SERAI_ABI_ROWS_H
#define SERAI_ABI_ROWS_H

#include <stddef.h>

typedef enum abi_row_kind { abi_end, abi_type, abi_constant, abi_struct, abi_member } abi_row_kind;

typedef struct abi_row {
  abi_row_kind kind;
  const char *text; /* a name, or a member's declaration */
  size_t offset;
  size_t size;
  const char *value; /* of a constant, expanded */
} abi_row;

#endif
