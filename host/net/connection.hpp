// Connection: one client connection from accept to close. It reads and writes bytes and checks
// deadlines. Its Phase gives the bytes their meaning: first HTTP, and WebSocket after an upgrade.
//
// Input   is read into the buffer of the shard and passed to the phase in place. Only an incomplete
//         rest is stored here. While a phase is not reading(), input stays in the kernel, which
//         slows the client down (back-pressure).
// Output  is appended to output() and written once, when the turn of the loop ends.
// Units   deadlines are milliseconds of Hub::now_ms().
// Thread  the shard's.
// Owner   reference-counted. There is a reference in the hub's list while the connection is open,
//         one in the work for the end of a turn in which output was added, and one in each pending
//         answer. All of them are on one shard, so the count is not atomic. A connection that has
//         left the list does not use the hub or the loop again.
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
struct HandedOver;
struct RequestTraits;
using ConnectionPtr = boost::intrusive_ptr<Connection>;

class Phase {
 public:
  virtual ~Phase() = default;
  // Takes bytes from the front of the input and returns their number. The bytes may be changed in
  // place.
  virtual std::size_t consume(std::span<char> input) = 0;
  // False: input stays in the kernel until Connection::resume().
  virtual bool reading() const = 0;
  // The longest time in which the peer must acknowledge write_progress() bytes while output waits.
  virtual std::chrono::milliseconds write_limit() const = 0;
  // The write deadline starts again each time the peer has acknowledged this many bytes.
  virtual std::size_t write_progress() const { return SIZE_MAX; }
  // The bytes of an incomplete request or message that have been taken so far.
  virtual std::size_t held_bytes() const = 0;
  // HeldBytes admits no more bytes. The phase refuses the incomplete request or message, and ends
  // the connection.
  virtual void on_overfull(const Error& error) = 0;
  virtual void on_start() {}    // the phase of an open connection from now on
  virtual void on_end() = 0;    // the peer will send no more
  virtual void on_flushed() {}  // the kernel has all output
  virtual void on_deadline() = 0;
  virtual void on_turn_end() {}  // after each turn in which there was output
  virtual void on_gone() {}      // the last call: the connection is closed
  virtual void on_shutdown(std::string_view reason) = 0;
  // The answer of the HttpHandler to the call with this number.
  virtual void on_answer(std::uint32_t /*call*/, HttpResponse&& /*response*/) {}
};

// The operations that have become possible since the last report.
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
  Connection(Hub& hub, Transport transport, Peer peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Registers the socket and starts the first phase.
  void start(std::unique_ptr<Phase> phase);
  // Gives the phase input that another shard has read. It may be empty.
  void begin_with(std::string input);
  bool is_open() const { return state_ != State::dead; }

  // For phases.
  Hub& hub() { return *hub_; }
  const Peer& peer() const { return peer_; }
  std::string& output();  // append here; written at the end of the turn
  void count_message();   // the bytes that were appended last are one message
  // Messages that are not written completely.
  std::uint32_t waiting_messages() const { return out_.messages + more_.messages; }
  bool write_blocked() const { return blocked_; }
  std::size_t queued_bytes() const { return out_.bytes.size() + more_.bytes.size() - out_sent_; }
  // Sets the owner for whom HeldBytes counts input and output from now on. The first owner is the
  // address.
  void set_owner(std::uint64_t owner);
  // Success when `bytes` more may be appended. Small output that can be sent at once is always
  // allowed. The errors are those of HeldBytes::admit().
  Result<> admit(std::uint64_t bytes) const;
  void count_held();  // at the end of each turn, and earlier after large output
  void flush();       // writes now; destroys no phase and no session
  void become(std::unique_ptr<Phase> next);  // the next phase, used when consume() returns
  void resume();                             // to be called when the phase is reading() again
  // Moves the socket to a connection of this shard at the end of the turn, when all output is
  // written. The phase must not be reading(). The connection ends if the output can not be written.
  void hand_over(std::uint32_t shard, HttpRequest request, const RequestTraits& traits);
  void set_deadline(std::chrono::milliseconds from_now);
  void set_deadline_at(std::int64_t when_ms) { deadline_ms_ = when_ms; }
  void clear_deadline() { deadline_ms_ = 0; }

  enum class Linger { no, yes };
  // Writes the queued output, ends the stream and closes. With Linger::yes it first reads the input
  // that still arrives, because a close with unread input makes the kernel send a reset, which may
  // destroy the last answer.
  void finish(Linger linger);
  void drop();  // closes now; queued output is lost

  void on_ready(Ready ready);  // called by Readiness

  // For the hub.
  Phase* phase() { return phase_.get(); }
  void sweep(std::int64_t now_ms);
  void end_turn();
  enum class OnGone { call, skip };
  // Closes the connection, and leaves the list and the counts of the hub. With OnGone::skip the
  // phase is destroyed without on_gone(). The hub is not used after this.
  void detach(OnGone on_gone);

 private:
  enum class State : std::uint8_t { open, finishing, lingering, dead };
  struct Output {
    std::string bytes;
    std::uint32_t messages = 0;
  };

  void close();
  void move_to_shard();
  void read_all();
  void read_later();
  void end_input();
  void count_input();
  void feed(std::span<char> data);
  std::size_t pump(std::span<char> data);
  bool wants_input() const;
  bool write_out();
  void on_flushed();
  void schedule();
  std::int64_t acknowledged_output() const;
  bool made_write_progress() const;
  void restart_write_deadline();

  Hub* hub_;
  Transport transport_;
  std::unique_ptr<Phase> phase_;
  std::unique_ptr<Phase> next_;
  std::string in_;  // input that the phase has not taken yet
  Output out_;      // being written
  Output more_;     // appended while the write of out_ is blocked
  std::size_t out_sent_ = 0;
  std::uint64_t owner_;
  std::size_t held_input_ = 0;    // incomplete input, here and in the phase
  std::size_t counted_held_ = 0;  // counted in HeldBytes
  std::int64_t deadline_ms_ = 0;  // 0: none
  std::int64_t write_deadline_ms_ = 0;
  std::int64_t deadline_acknowledged_ = 0;  // acknowledged_output() when the write deadline was set
  Peer peer_;
  struct Move;
  std::unique_ptr<Move> move_;  // null: the connection stays on this shard
  std::uint32_t references_ = 0;
  State state_ = State::open;
  Linger linger_ = Linger::no;
  bool readable_ = false;    // the kernel may have input, which it reports only once
  bool ending_ = false;      // the stream ends after the input that the kernel has
  bool read_later_ = false;  // reading goes on in the next turn
  bool blocked_ = false;     // the kernel takes no more output for now
  bool scheduled_ = false;
  bool pumping_ = false;

  friend void intrusive_ptr_add_ref(Connection* connection) { ++connection->references_; }
  friend void intrusive_ptr_release(Connection* connection) {
    if (--connection->references_ == 0) delete connection;
  }
};

}  // namespace serai::net
