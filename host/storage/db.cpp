#include "storage/db.hpp"

#include <cstring>
#include <utility>

namespace serai::storage {

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

bool Query::row() { return statement_ != nullptr && !db_.failed() && statement_->step(); }

Uuid Query::uuid(int column) const {
  std::array<std::uint8_t, 16> bytes{};
  const std::string_view data = view(column);
  if (data.size() == bytes.size()) std::memcpy(bytes.data(), data.data(), bytes.size());
  return Uuid(bytes);
}

}  // namespace serai::storage
