// Migration: one numbered step of the schema, as SQL for up and for down. Numbers are 1, 2, 3, …
// without gaps.
//
// Thread  any; constant.
#pragma once

namespace serai::storage {

struct Migration {
  int number;
  const char* name;
  const char* up;
  const char* down;
};

}  // namespace serai::storage
