// WebSocket: the messages of one upgraded connection, for the SocketSession of the protocol.
//
// Frames   are parsed in place. A whole message is unmasked in the read buffer and lent to the
//          session; only fragments are collected here. Messages to the client are appended to the
//          output of the connection.
// Closing  by the host: the queued messages and a close frame with code 1000 are sent. The
//          session's on_closed() is called at the end of the turn. The close frame of the client is
//          awaited, for close_ack_wait at most. At shutdown nothing more is read, and the session
//          closes the socket after its answers; a second on_shutdown() closes it at once.
// Thread   the shard's.
// Owner    the Connection. The WebSocket owns the session until on_closed().
#pragma once

#include <memory>

#include "net/connection.hpp"

namespace serai::net {

std::unique_ptr<Phase> make_websocket(Connection& connection,
                                      std::unique_ptr<SocketSession> session,
                                      SocketFormat format);

}  // namespace serai::net
