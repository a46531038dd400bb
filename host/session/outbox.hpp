// Outbox: collects the messages that one shard sends to sockets. At the end of the turn it posts
// them, once per target shard.
//
// The delay has two more effects. The answer to a request is sent before the events it caused. And
// no delivery runs on the caller's stack, where a full socket could be closed in the middle of a
// change to a stream.
//
// Order   messages for one target shard keep their order, and so do those of one stream for one
//         socket.
// Thread  the shard's own.
// Owner   the shard's Part. Deliveries are moved to the target shard.
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
  MessagePtr message;         // null: the sockets are closed
  std::vector<Uuid> targets;  // session ids
  std::string close_reason;
  std::size_t done = 0;  // number of targets that are done
};

class Outbox {
 public:
  Outbox(runtime::Shard& shard, std::uint32_t shard_count, Parts& parts);
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;
  ~Outbox() = default;

  void send(const MessagePtr& message, const SocketAddress& to);
  // Closes the socket after the messages that were added before.
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
