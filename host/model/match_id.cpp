#include "model/match_id.hpp"

#include "base/assert.hpp"
#include "base/uuid.hpp"
#include "model/entity_id.hpp"

namespace serai {

// The last dot is the separator, because a key may contain dots and a kind contains none.
std::optional<MatchId> MatchId::parse(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot > kEntityKeyMax) return std::nullopt;  // npos is greater too
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

}  // namespace serai
