// CollectedStreams: the members of streams, and the messages that were pushed to them.
//
// Thread  one.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host_headers.hpp"
#include "serai/testing/world.hpp"

namespace serai::testing {

class CollectedStreams final : public Streams {
 public:
  // Sets the event's name and the message's bytes, which are those of the module's contract.
  using Describe = std::function<void(const MatchId& match, Push& push)>;
  explicit CollectedStreams(Describe describe) : describe_(std::move(describe)) {}

  bool join(const StreamId& stream, const Presence& presence) override;
  bool leave(const StreamId& stream, const Uuid& session_id, LeaveReason reason) override;
  void close(const StreamId& stream) override;
  std::vector<Presence> members(const StreamId& stream) const override;
  std::uint32_t size(const StreamId& stream) const override;
  std::uint32_t send_match_data(const StreamId& stream,
                                const MatchData& data,
                                std::optional<std::span<const Uuid>> targets) override;
  void refuse_match_data(const SocketAddress& sender, const Error& why) override;
  void notify(const HostNotification& notification) override;
  void disconnect(const Uuid& user_id, std::string_view reason) override;

  std::vector<Push> pushes;
  std::vector<Notice> notices;
  std::map<Uuid, Error> refused;  // by session id: the reason for the last refused match data

 private:
  Describe describe_;
  std::map<StreamId, std::vector<Presence>> members_;
};

}  // namespace serai::testing
