// PostgresDb: a Db on one connection to a PostgreSQL server, over libpqxx.
//
// Values  texts and numbers travel as text, bytes as hexadecimal digits. invalid_argument: a text
//         has a zero byte, which PostgreSQL cannot store.
// Errors  as in Db. SQLSTATEs are translated here and nowhere else. A statement that waits for more
//         than 30 s, or for a lock for more than 10 s, fails.
// Thread  one at a time. Calls block for the network.
// Owner   owns its connection and statements.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/db.hpp"

namespace serai::postgres {

using storage::Db;
using storage::RowsStatement;
using storage::SqlValue;
using storage::Statement;

class PostgresDb final : public Db {
 public:
  // `name` is that of the database, for messages.
  static Result<std::unique_ptr<PostgresDb>> connect(const std::string& address,
                                                     const std::string& name);
  ~PostgresDb() override;
  PostgresDb(const PostgresDb&) = delete;
  PostgresDb& operator=(const PostgresDb&) = delete;

  // Takes the lock of the database for this connection. False, with the error: another connection
  // has it. Waits for up to 5 s, because the server ends the session of a host that was killed only
  // after some moments.
  bool lock();

  void exec(const std::string& sql) override;
  void begin_reading() override;
  void end_reading() override;
  void begin() override;
  // Also stores the number, and locks its row until the end of the transaction: so a host fails
  // whose database another one has opened, and has_batch() waits for a commit that is under way.
  void begin_batch(std::uint64_t number) override;
  void commit() override;
  void rollback() override;
  bool has_batch(std::uint64_t number) override;
  std::int64_t changes() const override { return changes_; }
  void run_rows(const RowsStatement& statement, std::span<const SqlValue> values) override;
  void find_rows(const RowsStatement& lookup,
                 std::span<const SqlValue> keys,
                 const std::function<void(const Statement&)>& each) override;
  bool is_in_place() const override;
  Result<int> schema_number() override;
  void store_schema_number(int number) override;
  void continue_ids(const std::string& table, const std::string& column) override;
  std::string translate(std::string_view sql) const override;

 private:
  class Prepared;
  struct Session;  // the connection and its transaction; libpqxx stays in the .cpp

  explicit PostgresDb(std::unique_ptr<Session> session);
  Statement* statement(const char* sql) override;
  void configure();
  template <class Work>
  void guard(const Work& work);

  std::unique_ptr<Session> session_;
  std::unordered_map<const char*, std::unique_ptr<Prepared>> statements_;
  std::int64_t changes_ = 0;
};

}  // namespace serai::postgres
