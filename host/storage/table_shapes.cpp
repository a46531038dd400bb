#include "storage/table_shapes.hpp"

#include <algorithm>
#include <utility>

namespace serai::storage {
namespace {

// "a, b" of the first `count` columns; with `text` that is repeated instead of their names.
std::string listed(const std::vector<ColumnShape>& columns,
                   std::size_t count,
                   std::string_view text = {}) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) list += ", ";
    list += text.empty() ? columns[i].name : text;
  }
  return list;
}

std::string_view array_of(char type) {
  switch (type) {
    case 'i':
      return "?::bigint[]";
    case 't':
      return "?::text[]";
    default:
      return "?::bytea[]";
  }
}

// Parses "id:i kind:t", the columns with their types.
std::vector<ColumnShape> parse_columns(std::string_view text) {
  std::vector<ColumnShape> columns;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    columns.push_back({text.substr(0, colon), text[colon + 1]});
    text.remove_prefix(std::min(text.size(), colon + 3));
  }
  return columns;
}

TableShape table(std::string name, std::size_t key_columns, bool has_ids, std::string_view text) {
  std::vector<ColumnShape> columns = parse_columns(text);
  const std::size_t count = columns.size();
  const std::string all = listed(columns, count);
  const std::string key = listed(columns, key_columns);
  const std::string order = " ORDER BY " + key + " LIMIT " + std::to_string(kCopyPageRows);
  const std::string into = "INSERT INTO " + name + "(" + all + ") ";
  std::string arrays;
  for (const ColumnShape& column : columns) {
    if (!arrays.empty()) arrays += ", ";
    arrays += array_of(column.type);
  }
  TableShape shape;
  shape.first_page = "SELECT " + all + " FROM " + name + order;
  shape.next_page = "SELECT " + all + " FROM " + name + " WHERE (" + key + ") > (" +
                    listed(columns, key_columns, "?") + ")" + order;
  shape.count = "SELECT count(*) FROM " + name;
  shape.insert_one = into + "VALUES(" + listed(columns, count, "?") + ")";
  shape.insert_all = into + "SELECT * FROM unnest(" + arrays + ")";
  shape.name = std::move(name);
  shape.columns = std::move(columns);
  shape.key_columns = key_columns;
  shape.has_ids = has_ids;
  return shape;
}

std::vector<TableShape> make_shapes() {
  return {
      table("facts", 1, false, "name:t value:b"),
      table(
          "entities", 1, true, "id:i kind:t key:t schema:i module_version:t state:b host_state:b"),
      table(
          "answers", 1, true, "id:i scope:t key:t request_hash:i status:i payload:b created_ms:i"),
      table("outbox",
            1,
            true,
            "id:i kind:t key:t handler:t payload:b caller_kind:t caller_key:t user_id:t "
            "created_ms:i"),
      table("journal", 1, true, "id:i inputs:b created_ms:i"),
      table("ledger_transfers", 1, true, "id:i idem_key:t reason:t time_ms:i"),
      table("ledger_entries", 2, false, "transfer:i account:t delta:i"),
      table("ledger_balances", 1, false, "account:t balance:i below_zero:i"),
      table("users",
            1,
            true,
            "row:i id:b username:t display_name:t avatar_url:t lang_tag:t location:t timezone:t "
            "metadata:t email:t custom_id:t password_hash:t create_s:i update_s:i verify_s:i "
            "disable_s:i"),
      table("user_devices", 1, false, "id:t user_row:i"),
      table("revoked_tokens", 2, false, "token_id:t user_id:b before_s:i expires_s:i"),
      table("objects",
            1,
            true,
            "id:i user_id:b collection:t key:t value:t version:t permission_read:i "
            "permission_write:i create_s:i update_s:i"),
      table("notifications",
            1,
            true,
            "seq:i user_id:b id:b subject:t content:t code:i sender_id:b create_s:i"),
  };
}

}  // namespace

const std::vector<TableShape>& table_shapes() {
  static const std::vector<TableShape> kShapes = make_shapes();
  return kShapes;
}

}  // namespace serai::storage
