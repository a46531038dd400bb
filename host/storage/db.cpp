#include "storage/db.hpp"

#include <cstring>
#include <utility>

namespace serai::storage {

void bind_value(Statement& statement, int parameter, const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    statement.bind_integer(parameter, *integer);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    statement.bind_text(parameter, *text, Statement::Lifetime::borrowed);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    statement.bind_bytes(parameter, bytes->view, Statement::Lifetime::borrowed);
  } else {
    statement.bind_null(parameter);
  }
}

void Db::fail(Error error, DbFailure failure) {
  if (error_) return;
  error_ = std::move(error);
  failure_ = failure;
}

void Db::clear_error() {
  error_.reset();
  failure_ = DbFailure::none;
}

bool Db::is_faulted(std::string_view sql) {
  const DbFailure failure = fault_ ? fault_(sql) : DbFailure::none;
  if (failure == DbFailure::none) return false;
  const bool wrong = failure == DbFailure::statement;
  fail({wrong ? Errc::internal : Errc::unavailable, "database: a fault of the test"}, failure);
  return true;
}

Query::Query(Db& db, const char* sql)
    : db_(db), statement_(db.failed() ? nullptr : db.statement(sql)) {
  if (statement_ != nullptr && db_.is_faulted(sql)) statement_ = nullptr;
}

Query::~Query() {
  if (statement_ != nullptr) statement_->reset();
}

void Query::bind(const SqlValue& value) {
  if (statement_ != nullptr) bind_value(*statement_, ++bound_, value);
}

bool Query::row() { return statement_ != nullptr && !db_.failed() && statement_->step(); }

Uuid Query::uuid(int column) const {
  std::array<std::uint8_t, 16> bytes{};
  const std::string_view data = view(column);
  if (data.size() == bytes.size()) std::memcpy(bytes.data(), data.data(), bytes.size());
  return Uuid(bytes);
}

}  // namespace serai::storage
