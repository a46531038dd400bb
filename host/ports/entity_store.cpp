#include "ports/entity_store.hpp"

namespace serai {

Error idempotency_mismatch() {
  return {Errc::failed_precondition,
          "IDEM_MISMATCH: this idempotency key was used with another request",
          ErrorKind::idempotency_mismatch};
}

std::size_t Writes::bytes() const {
  std::size_t sum = 0;
  for (const StoredEntity& one : entities) sum += one.state.size() + one.host_state.size();
  for (const OutboxMessage& one : outbox) sum += one.payload.size();
  for (const IdempotentAnswer& one : answers) sum += one.payload.size();
  for (const Notification& one : notifications) sum += one.content.size();
  for (const JournalRow& one : journal) sum += one.bytes.size();
  return sum;
}

}  // namespace serai
