// The small functions of the port headers: ids as text, where a stream lives, header look-up.
#include <algorithm>
#include <utility>

#include "base/keyed_hash.hpp"
#include "runtime/ports/net.hpp"
#include "runtime/ports/presence.hpp"
#include "runtime/ports/store.hpp"
#include "runtime/ports/streams.hpp"
#include "runtime/shard.hpp"

namespace serai {

std::optional<MatchId> MatchId::parse(std::string_view text) {
  constexpr std::size_t kUuidChars = 36;
  if (text.size() <= kUuidChars || text[kUuidChars] != '.') return std::nullopt;
  const auto id = Uuid::parse(text.substr(0, kUuidChars));
  if (!id) return std::nullopt;
  return MatchId{*id, std::string(text.substr(kUuidChars + 1))};
}

std::size_t EntityIdHash::operator()(const EntityId& id) const {
  return static_cast<std::size_t>(keyed_hash(id.kind) * 31 + keyed_hash(id.key));
}

std::size_t Writes::bytes() const {
  std::size_t sum = 0;
  for (const EntityRecord& one : entities) sum += one.state.size() + one.host_state.size();
  for (const OutboxMessage& one : outbox) sum += one.payload.size();
  for (const IdempotentAnswer& one : answers) sum += one.payload.size();
  for (const Notification& one : notifications) sum += one.content.size();
  return sum;
}

std::uint32_t shard_of_stream(const StreamId& stream, std::uint32_t shard_count) {
  const std::string kind = stream.mode == StreamMode::match_authoritative ? stream.label : "";
  return shard_of(kind, stream.subject.text(), shard_count);
}

Result<> HttpRequest::unpack_body(std::size_t bytes_max) {
  if (unpack == nullptr) return success();
  auto unpacked = unpack(std::move(body), std::min(bytes_max, unpacked_bytes_max));
  unpack = nullptr;
  body.clear();
  if (!unpacked) return {Errc::invalid_argument, unpacked.error().detail};
  body = *std::move(unpacked);
  return success();
}

std::string_view HttpRequest::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

}  // namespace serai
