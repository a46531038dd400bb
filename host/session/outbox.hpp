// Outbox: the messages of one shard for sockets. They are collected until the turn ends, and then
// posted once per target shard.
//
// Waiting has two more effects. The answer to a request leaves before the events it caused. And
// delivery does not run on the caller's stack, where a full socket could close in the middle of a
// stream's work.
//
// Order   as added, for each target shard, and so for each stream and socket.
// Thread  the shard's own.
// Owner   belongs to the shard's part; deliveries move to the target shard.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/streams.hpp"
#include "runtime/shard/shard.hpp"
#include "session/message.hpp"

namespace serai::session {

class Parts;

struct Delivery {
  MessagePtr message;         // null: close the sockets
  std::vector<Uuid> targets;  // session ids
  std::string close_reason;
  std::size_t done = 0;  // targets that have it
};

class Outbox {
 public:
  Outbox(runtime::Shard& shard, std::uint32_t shard_count, Parts& parts);
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  void send(const MessagePtr& message, const SocketAddress& to);
  void close(const SocketAddress& socket, std::string reason);

 private:
  std::vector<Delivery>& queue_for(std::uint32_t shard);
  void flush();

  runtime::Shard& shard_;
  Parts& parts_;
  std::vector<std::vector<Delivery>> waiting_;  // by target shard
  bool flush_is_due_ = false;
};

}  // namespace serai::session
