// Connection: one client connection from accept to close: bytes in, bytes out, deadlines. Its Phase
// knows what the bytes mean: first HTTP, after an upgrade WebSocket.
//
// Input   is read into the buffer of the shard and handed to the phase in place; only an incomplete
//         rest is stored here. While a phase is not reading(), input stays in the kernel: that is
//         the back-pressure.
// Output  is appended to output() and written once, when the turn of the loop ends.
// Thread  the shard's.
// Owner   reference-counted: by the list of the hub while open, by a turn in which it wrote, and by
//         answers still to come. All of these are on one shard, so the count is not atomic. A
//         connection that has left the list does not touch hub or loop again.
#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/transport.hpp"
#include "ports/net.hpp"

namespace serai::net {

class Connection;
class Hub;
using ConnectionPtr = boost::intrusive_ptr<Connection>;

class Phase {
 public:
  virtual ~Phase() = default;
  // Takes what it can use from the front and returns how many bytes. The bytes may be changed in
  // place.
  virtual std::size_t consume(std::span<char> input) = 0;
  virtual bool reading() const = 0;
  virtual std::chrono::milliseconds write_limit() const = 0;
  // The write deadline starts anew each time this many bytes have been written.
  virtual std::size_t write_progress() const { return SIZE_MAX; }
  // The bytes taken so far of an incomplete request or message.
  virtual std::size_t held_bytes() const = 0;
  // No more bytes may be stored: the phase refuses the incomplete request or message, and ends the
  // connection.
  virtual void on_overfull(const Error& error) = 0;
  virtual void on_start() {}    // became the phase of an open connection
  virtual void on_end() = 0;    // the peer will send no more
  virtual void on_flushed() {}  // the kernel has all output
  virtual void on_deadline() = 0;
  virtual void on_turn_end() {}  // after each turn in which there was output
  virtual void on_gone() {}      // the last call: the connection is closed
  virtual void on_shutdown(std::string_view reason) = 0;
  virtual void on_answer(std::uint32_t /*call*/, HttpResponse&& /*response*/) {}
};

// What has become possible since the last report.
struct Ready {
  bool input = false;
  bool output = false;
  bool ending = false;  // the peer will send no more, or is gone
};

struct Peer {
  std::string ip;
  std::uint16_t port = 0;
};

class Connection final : public boost::intrusive::list_base_hook<
                             boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Connection(Hub& hub, int descriptor, Peer peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start(std::unique_ptr<Phase> phase);
  bool is_open() const { return state_ != State::dead; }

  // For phases.
  Hub& hub() { return *hub_; }
  const Peer& peer() const { return peer_; }
  std::string& output();  // append here; written at the end of the turn
  void count_message();   // the bytes appended last were one message
  std::uint32_t waiting_messages() const { return out_.messages + more_.messages; }
  bool write_blocked() const { return blocked_; }
  std::size_t queued_bytes() const { return out_.bytes.size() + more_.bytes.size() - out_sent_; }
  // Sets the owner of input and output from now on, as HeldBytes counts owners. The first owner is
  // the address.
  void set_owner(std::uint64_t owner);
  // True when `bytes` more may be appended. Small output that can be sent at once is always
  // allowed.
  Result<> admit(std::uint64_t bytes) const;
  void count_held();  // called at the end of the turn; earlier after large output
  void flush();       // writes now; runs no destructors
  void become(std::unique_ptr<Phase> next);  // takes over when consume() returns
  void resume();                             // the phase is reading() again
  void set_deadline(std::chrono::milliseconds from_now);
  void set_deadline_at(std::int64_t when_ms) { deadline_ms_ = when_ms; }
  void clear_deadline() { deadline_ms_ = 0; }

  enum class Linger { no, yes };
  // Writes what is queued, ends the stream and closes. With Linger::yes it first reads what the
  // peer still sends, so that a reset does not destroy the last answer.
  void finish(Linger linger);
  void drop();  // closes now; what is queued is lost

  void on_ready(Ready ready);  // by Readiness

  // For the hub.
  Phase* phase() { return phase_.get(); }
  void sweep(std::int64_t now_ms);
  void end_turn();
  enum class Goodbye { said, unsaid };  // unsaid: the phase dies without on_gone()
  void detach(Goodbye goodbye);         // leaves list and counts, and forgets the hub

 private:
  enum class State : std::uint8_t { open, finishing, lingering, dead };
  struct Output {
    std::string bytes;
    std::uint32_t messages = 0;
  };

  void close();
  void read_all();
  void read_later();
  void count_input();
  void feed(std::span<char> data);
  std::size_t pump(std::span<char> data);
  bool wants_input() const;
  bool write_out();
  void on_flushed();
  void schedule();

  Hub* hub_;
  Transport transport_;
  std::unique_ptr<Phase> phase_;
  std::unique_ptr<Phase> next_;
  std::string in_;  // the incomplete rest of what was read
  Output out_;      // being written
  Output more_;     // queued behind a blocked write
  std::size_t out_sent_ = 0;
  std::uint64_t owner_;
  std::size_t held_input_ = 0;     // incomplete, here and in the phase
  std::size_t counted_held_ = 0;   // in HeldBytes
  std::size_t deadline_sent_ = 0;  // out_sent_ when the write deadline was set
  std::int64_t deadline_ms_ = 0;   // 0: none
  std::int64_t write_deadline_ms_ = 0;
  Peer peer_;
  std::uint32_t references_ = 0;
  State state_ = State::open;
  Linger linger_ = Linger::no;
  bool readable_ = false;    // the kernel may have input; it reports this once only
  bool ending_ = false;      // the stream ends after the bytes that can be read
  bool read_later_ = false;  // goes on reading in the next turn
  bool blocked_ = false;     // the kernel takes no more output for now
  bool scheduled_ = false;
  bool pumping_ = false;

  friend void intrusive_ptr_add_ref(Connection* connection) { ++connection->references_; }
  friend void intrusive_ptr_release(Connection* connection) {
    if (--connection->references_ == 0) delete connection;
  }
};

}  // namespace serai::net
