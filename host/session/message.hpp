// Message: one envelope that is sent to many sockets. It is encoded once per socket format at most.
//
// Thread  any. The first call of bytes() for a format encodes; calls at the same moment wait for
//         it.
// Owner   shared: each shard that still has to deliver the message has a reference, and the last
//         one frees it. The message and the sockets that are writing the bytes share the bytes. The
//         codec is borrowed.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "ports/sessions.hpp"
#include "session/under_way.hpp"

namespace serai::session {

class Message {
 public:
  Message(const EnvelopeCodec& codec,
          std::unique_ptr<nakama::realtime::Envelope> envelope,
          UnderWay under_way = {});
  ~Message();
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  const std::shared_ptr<const std::string>& bytes(SocketFormat format) const;
  const nakama::realtime::Envelope& envelope() const { return *envelope_; }
  // True when a player sent the message. The player's socket is not read while too many such
  // messages are under way.
  bool has_sender() const { return under_way_.has_sender(); }

 private:
  struct Encoded {
    std::once_flag once;
    std::shared_ptr<const std::string> bytes;
  };

  const EnvelopeCodec& codec_;
  std::unique_ptr<nakama::realtime::Envelope> envelope_;
  UnderWay under_way_;
  mutable std::array<Encoded, 2> encoded_;
};

using MessagePtr = std::shared_ptr<const Message>;

}  // namespace serai::session
