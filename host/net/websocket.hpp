// WebSocket: the messages of one upgraded connection, for the SocketSession of the protocol.
//
// Frames   are parsed in place. A whole message is unmasked where it was read and lent to the
//          session; only fragments are collected here. Answers are appended to the output of the
//          connection.
// Closing  by us: queued messages, close frame 1000, on_closed() of the session at the end of the
//          turn, then up to close_ack_wait for the close frame of the peer. At shutdown nothing
//          more is read, and the session closes after its answers; a second on_shutdown() closes at
//          once.
// Thread   the shard's.
// Owner    the Connection; it owns the session until on_closed().
#pragma once

#include <memory>

#include "net/connection.hpp"

namespace serai::net {

std::unique_ptr<Phase> make_websocket(Connection& connection,
                                      std::unique_ptr<SocketSession> session,
                                      SocketFormat format);

}  // namespace serai::net
