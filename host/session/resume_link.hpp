// ResumeLink: the SocketSession of one connection of a ResumableSocket. It passes the calls on
// while the connection is the latest of the session, and drops them after that.
//
// Thread  the shard's.
// Owner   the connection. The link finds the ResumableSocket by its serial number, because the
//         session may end before the connection.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/uuid.hpp"
#include "ports/net.hpp"
#include "session/shard_resumes.hpp"

namespace serai::session {

class ResumeLink final : public SocketSession {
 public:
  // `token` and `last`: as in ResumableSocket::attach().
  ResumeLink(ShardResumes& all,
             std::uint64_t serial,
             std::uint64_t owner,
             const Uuid& token,
             std::uint64_t last)
      : all_(all), serial_(serial), owner_(owner), token_(token), last_(last) {}
  ~ResumeLink() override;
  ResumeLink(const ResumeLink&) = delete;
  ResumeLink& operator=(const ResumeLink&) = delete;

  void on_open(ClientSocket& connection) override;
  void on_message(std::string_view message) override;
  void on_frame() override;
  bool takes_more() const override;
  void on_flushed() override;
  std::uint64_t owner() const override { return owner_; }
  void on_shutdown(std::string_view reason) override;
  void on_closed(SocketEnd end) override;

 private:
  ResumableSocket* linked() const;  // null: the session has ended or has a newer connection

  ShardResumes& all_;
  std::uint64_t serial_;
  std::uint64_t owner_;
  Uuid token_;
  std::uint64_t last_;
};

}  // namespace serai::session
