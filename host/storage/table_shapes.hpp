// The tables of the newest schema, with the SQL that reads and writes whole tables. A test compares
// them with the schema.
//
// Thread  any; made once, constant afterwards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/db.hpp"

namespace serai::storage {

inline constexpr int kCopyPageRows = 200;  // an entity may have a megabyte

struct ColumnShape {
  std::string_view name;
  char type;  // i: integer, t: text, b: bytes
};

struct TableShape {
  std::string name;
  std::vector<ColumnShape> columns;  // those of the primary key come first
  std::size_t key_columns = 1;
  bool has_ids = false;  // the key is an id that the database gives
  // SELECT of all columns: the first page, and the rows after the key of the last one.
  std::string first_page;
  std::string next_page;
  std::string count;
  std::string insert_one;
  std::string insert_all;

  RowsStatement insert() const { return {insert_one.c_str(), insert_all.c_str(), columns.size()}; }
};

// In an order in which rows can be inserted.
const std::vector<TableShape>& table_shapes();

}  // namespace serai::storage
