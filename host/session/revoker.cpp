#include "session/revoker.hpp"

#include <algorithm>
#include <utility>

namespace serai::session {

std::int64_t Revoker::longest_expiry_s() const {
  return std::max(options_.token_expiry, options_.refresh_token_expiry).count();
}

RevokedToken Revoker::everything_of(const Uuid& user) const {
  // Tokens of this second are revoked too; a later login in this second gets tokens dated to the
  // next one. If the user has a revocation of this second already, the new one reaches a second
  // further, because it must also cover the tokens issued in between.
  const std::int64_t now = parts_.now_s();
  const std::int64_t before_s = std::max(now, revocations_.valid_from_s(user)) + 1;
  return {"", user, before_s, before_s + longest_expiry_s()};
}

void Revoker::revoke(std::vector<RevokedToken> records, Callback<Unit> answer) {
  if (records.empty()) return answer(success());
  RevokedToken record = std::move(records.back());
  records.pop_back();
  auto on_stored = [this, record, records = std::move(records), answer = std::move(answer)](
                       Result<> stored) mutable {
    if (!stored) return answer(std::move(stored));
    auto next = [this, records = std::move(records), answer = std::move(answer)]() mutable {
      revoke(std::move(records), std::move(answer));
    };
    parts_.peers.share(parts_.shard.index(), std::move(record), std::move(next));
  };
  parts_.store.revoke(std::move(record), parts_.shard, std::move(on_stored));
}

}  // namespace serai::session
