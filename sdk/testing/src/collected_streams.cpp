#include "collected_streams.hpp"

#include <algorithm>

namespace serai::testing {

bool CollectedStreams::join(const StreamId& stream, const Presence& presence) {
  if (contains(stream, presence.session_id)) return false;
  members_[stream].push_back(presence);
  return true;
}

bool CollectedStreams::leave(const StreamId& stream, const Uuid& session_id, LeaveReason) {
  return std::erase_if(members_[stream],
                       [&](const Presence& member) { return member.session_id == session_id; }) > 0;
}

void CollectedStreams::close(const StreamId& stream) { members_.erase(stream); }

std::vector<Presence> CollectedStreams::members(const StreamId& stream) const {
  const auto found = members_.find(stream);
  return found == members_.end() ? std::vector<Presence>{} : found->second;
}

std::uint32_t CollectedStreams::size(const StreamId& stream) const {
  return static_cast<std::uint32_t>(members(stream).size());
}

std::uint32_t CollectedStreams::send_match_data(const StreamId& stream,
                                                const MatchData& data,
                                                std::optional<std::span<const Uuid>> targets) {
  const MatchId match = MatchId::of(stream);
  Push push{match.text(), data.op_code, {}, std::string(data.data), {}};
  for (const Presence& member : members(stream)) {
    const bool is_meant =
        !targets || std::ranges::find(*targets, member.session_id) != targets->end();
    if (is_meant) push.session_ids.push_back(member.session_id.text());
  }
  const auto reached = static_cast<std::uint32_t>(push.session_ids.size());
  describe_(match, push);
  pushes.push_back(std::move(push));
  return reached;
}

void CollectedStreams::refuse_match_data(const SocketAddress& sender, const Error& why) {
  refused.insert_or_assign(sender.session_id, why);
}

void CollectedStreams::notify(const HostNotification& notification) {
  notices.push_back({notification.user_id.text(),
                     notification.subject,
                     notification.content,
                     static_cast<int>(notification.code),
                     notification.persistent});
}

void CollectedStreams::disconnect(const Uuid& user_id, std::string_view) {
  for (auto& [stream, members] : members_) {
    std::erase_if(members, [&](const Presence& member) { return member.user_id == user_id; });
  }
}

}  // namespace serai::testing
