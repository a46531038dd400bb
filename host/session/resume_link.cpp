#include "session/resume_link.hpp"

#include "session/resumable_socket.hpp"

namespace serai::session {

// A connection whose upgrade failed, or that exists until the host itself is destroyed.
ResumeLink::~ResumeLink() {
  ResumableSocket* socket = all_.find(serial_);
  if (socket == nullptr) return;
  if (socket->is_linked_to(*this)) socket->forget_connection();
  if (socket->state() == ResumeState::unopened) all_.destroy(serial_);
}

ResumableSocket* ResumeLink::linked() const {
  ResumableSocket* socket = all_.find(serial_);
  return socket != nullptr && socket->is_linked_to(*this) ? socket : nullptr;
}

void ResumeLink::on_open(ClientSocket& connection) {
  ResumableSocket* socket = all_.find(serial_);
  if (socket == nullptr || socket->state() == ResumeState::ended) {
    return connection.close("the session has ended");
  }
  socket->attach(*this, connection, token_, last_);
}

void ResumeLink::on_message(std::string_view message) {
  if (ResumableSocket* socket = linked()) socket->on_message(message);
}

void ResumeLink::on_frame() {
  if (ResumableSocket* socket = linked()) socket->on_frame();
}

bool ResumeLink::takes_more() const {
  const ResumableSocket* socket = linked();
  return socket == nullptr || socket->takes_more();
}

void ResumeLink::on_flushed() {
  if (ResumableSocket* socket = linked()) socket->on_flushed();
}

void ResumeLink::on_shutdown(std::string_view reason) {
  if (ResumableSocket* socket = linked()) socket->on_shutdown(reason);
}

void ResumeLink::on_closed(SocketEnd end) {
  if (ResumableSocket* socket = linked()) socket->on_connection_closed(end);
}

}  // namespace serai::session
