// ShardResumes: the sessions of one shard that can resume, by their tokens.
//
// A token is "<shard>.<random UUID>": unguessable, for one resume, and only with a login of the
// same user. Any shard can tell where the session is, so net moves a connection with a token there.
// Tokens that are no longer valid are remembered for a while, only to give the reason.
//
// Thread  the shard's, asserted; shard_of(): any. destroy_all(): when the shards do not run.
// Owner   the shard's Part. It owns the sessions until they end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/recent_map.hpp"
#include "ports/resume.hpp"
#include "session/part_context.hpp"
#include "session/resume_buffer.hpp"

namespace serai::session {

class ResumableSocket;

class ShardResumes final : public ResumingSockets {
 public:
  explicit ShardResumes(const PartContext& context);
  ~ShardResumes() override;
  ShardResumes(const ShardResumes&) = delete;
  ShardResumes& operator=(const ShardResumes&) = delete;

  std::optional<std::uint32_t> shard_of(std::string_view token) const override;
  std::unique_ptr<SocketSession> begin(std::unique_ptr<SocketSession> session,
                                       const Presence& presence,
                                       SocketFormat format,
                                       ResumeRefusal refusal) override;
  Result<ResumeOutcome> resume(const ResumeRequest& request) override;

  // Ends the parked sessions. From now on sessions end with their connections.
  void shut_down();
  // Destroys the sessions. Their connections may be destroyed later.
  void destroy_all();

  // For ResumableSocket and ResumeLink.
  const PartContext& context() const { return context_; }
  ResumableSocket* find(std::uint64_t serial) const;  // null: it has ended
  Uuid issue_token(std::uint64_t serial);
  std::string token_text(const Uuid& token) const;
  void retire_token(const Uuid& token, ResumeRefusal why);
  // Counts a session as parked, or no longer. park() is false when it must end instead.
  bool park(const Uuid& user);
  void unpark(const Uuid& user);
  std::uint32_t keep_ms() const;  // 0: sessions end with their connections
  // Ends and destroys a session whose connection is closed.
  void destroy(std::uint64_t serial);

 private:
  struct Found {
    ResumableSocket* socket = nullptr;
    std::uint64_t serial = 0;
    Uuid token;
    ResumeRefusal refusal = ResumeRefusal::none;
  };
  Found find_for(const ResumeRequest& request) const;

  PartContext context_;
  std::unordered_map<std::uint64_t, std::unique_ptr<ResumableSocket>> sockets_;  // by serial number
  std::unordered_map<Uuid, std::uint64_t> tokens_;  // the serial numbers of the sockets
  RecentMap<Uuid, ResumeRefusal> former_tokens_;
  std::uint64_t next_serial_ = 1;
  bool is_closing_ = false;
};

}  // namespace serai::session
