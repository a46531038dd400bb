#include "session/revocations.hpp"

#include <algorithm>

namespace serai::session {

std::string revocation_id(TokenUse use, std::string_view token_id) {
  std::string id(use == TokenUse::session ? "s:" : "r:");
  id += token_id;
  return id;
}

void Revocations::add(const RevokedToken& record, std::int64_t now_s) {
  ++added_;
  if (record.token_id.empty()) {
    Cutoff& cutoff = by_user_[record.user_id];
    cutoff.before_s = std::max(cutoff.before_s, record.before_s);
    cutoff.expires_s = std::max(cutoff.expires_s, record.expires_s);
    cutoff.moment = added_;
  } else {
    std::int64_t& expires_s = by_token_[record.token_id];
    expires_s = std::max(expires_s, record.expires_s);
  }
  if (size() >= forget_at_) forget_expired(now_s);
}

bool Revocations::blocks(TokenUse use, const TokenClaims& claims) const {
  if (!by_user_.empty() && claims.issued_s < valid_from_s(claims.user_id)) return true;
  return !by_token_.empty() && by_token_.contains(revocation_id(use, claims.token_id));
}

std::int64_t Revocations::valid_from_s(const Uuid& user) const {
  const auto at = by_user_.find(user);
  return at == by_user_.end() ? 0 : at->second.before_s;
}

bool Revocations::is_revoked_since(const Uuid& user, std::uint64_t moment) const {
  const auto at = by_user_.find(user);
  return at != by_user_.end() && at->second.moment > moment;
}

void Revocations::forget_expired(std::int64_t now_s) {
  std::erase_if(by_token_, [&](const auto& entry) { return entry.second <= now_s; });
  std::erase_if(by_user_, [&](const auto& entry) { return entry.second.expires_s <= now_s; });
  // Doubled, so that sweeping stays cheap per entry.
  forget_at_ = std::max<std::size_t>(1024, size() * 2);
}

}  // namespace serai::session
