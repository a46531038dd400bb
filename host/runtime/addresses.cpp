// The small functions of the port headers: ids as text, where a stream lives, header look-up.
#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/keyed_hash.hpp"
#include "runtime/ports/net.hpp"
#include "runtime/ports/presence.hpp"
#include "runtime/ports/store.hpp"
#include "runtime/ports/streams.hpp"
#include "runtime/shard.hpp"

namespace serai {

// A key may have dots, a kind has none.
std::optional<MatchId> MatchId::parse(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot > kEntityKeyMax) return std::nullopt;
  MatchId match{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
  if (!match.relayed()) return match;
  const auto id = Uuid::parse(match.key);
  if (!id) return std::nullopt;
  match.key = id->text();
  return match;
}

StreamId MatchId::stream() const {
  if (!relayed()) return {StreamMode::match_authoritative, {}, {}, text()};
  return {StreamMode::match_relayed, Uuid::parse(key).value_or(Uuid{}), {}, {}};
}

MatchId MatchId::of(const StreamId& stream) {
  if (stream.mode == StreamMode::match_relayed) return {stream.subject.text(), {}};
  SERAI_ASSERT(stream.mode == StreamMode::match_authoritative);
  const std::size_t dot = stream.label.rfind('.');
  SERAI_ASSERT(dot != std::string::npos);
  return {stream.label.substr(0, dot), stream.label.substr(dot + 1)};
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
  if (stream.mode != StreamMode::match_authoritative) {
    return shard_of("", stream.subject.text(), shard_count);
  }
  const MatchId match = MatchId::of(stream);
  return shard_of(match.kind, match.key, shard_count);
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
