// Message: one envelope on its way to many sockets, encoded at most once per socket format.
//
// Thread  bytes(): any; whichever shard asks first encodes.
// Owner   shared_ptr: one owner per shard that still has to deliver it; the last one frees it. The
//         encoded bytes are owned by the message and by the sockets that are writing them.
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
  // True for a player's message. The player's socket is not read while too many of these are under
  // way.
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
