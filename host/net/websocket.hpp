// WebSocket: the messages of one upgraded connection, for the SocketSession that the protocol gave.
//
// Frames   are parsed in place: a message that came whole is unmasked where it was read and lent to
//          the session; only fragments are gathered here. Answers are appended to the connection's
//          output.
// Closing  by us: queued messages, close frame 1000, the session's on_closed() at the end of the
//          turn, then up to close_ack_wait for the peer's close frame. Shutdown nothing more is
//          read, and the session closes when it has answered what it has; a second time it is not
//          waited for.
// Thread   the shard's.
// Owner    the Connection; it owns the session until on_closed().
#pragma once

#include <memory>

#include "net/connection.hpp"

namespace serai {

std::unique_ptr<Phase> make_websocket(Connection& connection,
                                      std::unique_ptr<SocketSession> session,
                                      SocketFormat format);

}  // namespace serai
