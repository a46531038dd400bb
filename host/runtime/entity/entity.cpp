#include "runtime/entity/entity.hpp"

#include "base/assert.hpp"
#include "model/match_id.hpp"

namespace serai::runtime {
namespace {

// The transitions of Entity::Phase.
bool may_follow(Entity::Phase before, Entity::Phase next) {
  using enum Entity::Phase;
  switch (before) {
    case loading:
      return next == ready || next == gone;
    case ready:
      return next != loading;
    case looking_up:
    case waiting:
      return next == ready || next == gone;
    case ending:
    case gone:
      return next == gone;
  }
  return false;
}

}  // namespace

StreamId Entity::stream() const { return MatchId{id.key, id.kind}.stream(); }

void Entity::enter(Phase next) {
  SERAI_ASSERT(may_follow(phase_, next));
  phase_ = next;
}

}  // namespace serai::runtime
