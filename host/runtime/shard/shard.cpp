#include "runtime/shard/shard.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstring>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "abi/thread_role.hpp"
#include "base/assert.hpp"

namespace serai::runtime {
namespace {

namespace asio = boost::asio;

thread_local Shard* current_shard = nullptr;

// Makes the calling thread the shard's thread for a scope.
class Entered {
 public:
  explicit Entered(Shard* shard) : previous_(std::exchange(current_shard, shard)) {}
  ~Entered() { current_shard = previous_; }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  Shard* previous_;
  abi::ActForShards for_shards_;
};

// Work from other threads, in a stack without locks. push() exchanges the pointer to the top.
// run_all() takes the whole stack and reverses it, so that work runs in the order of the pushes.
class WorkInbox {
 public:
  WorkInbox() = default;
  ~WorkInbox() { free_all(top_.exchange(nullptr)); }
  WorkInbox(const WorkInbox&) = delete;
  WorkInbox& operator=(const WorkInbox&) = delete;

  // True when the inbox was empty, so that the caller must wake the reader.
  bool push(Work work) {
    auto* node = new Node{std::move(work), nullptr};
    Node* below = top_.load(std::memory_order_relaxed);
    do {
      node->next = below;  // not read after the exchange, because the reader may free the node
    } while (!top_.compare_exchange_weak(below, node, std::memory_order_acq_rel));
    return below == nullptr;
  }

  bool run_all() {
    Node* node = reversed(top_.exchange(nullptr, std::memory_order_acq_rel));
    if (node == nullptr) return false;
    while (node != nullptr) {
      Node* next = node->next;
      Work work = std::move(node->work);
      delete node;
      work();
      node = next;
    }
    return true;
  }

 private:
  struct Node {
    Work work;
    Node* next;
  };

  static Node* reversed(Node* node) {
    Node* out = nullptr;
    while (node != nullptr) out = std::exchange(node, std::exchange(node->next, out));
    return out;
  }
  static void free_all(Node* node) {
    while (node != nullptr) delete std::exchange(node, node->next);
  }

  std::atomic<Node*> top_{nullptr};
};

}  // namespace

struct Shard::Loop {
  explicit Loop(const Clock& the_clock) : clock(the_clock), alarm(io) {}

  const Clock& clock;
  asio::io_context io{1};
  asio::steady_timer alarm;
  WorkInbox inbox;
  std::vector<Work> local;     // posted by the shard itself
  std::vector<Work> deferred;  // runs at the end of the turn
  bool local_scheduled = false;
  bool deferred_scheduled = false;

  // Work for other shards. To wake a shard costs more than to handle a message, so the posts of one
  // turn to the same shard are sent together, kSentTogether at most.
  static constexpr std::size_t kSentTogether = 16;
  struct Outgoing {
    Loop* to;
    std::vector<Work> works;
  };
  std::vector<Outgoing> outgoing;
  bool sending_scheduled = false;

  using Due = std::pair<std::int64_t, TimerId>;  // steady microseconds
  std::map<Due, Work> timers;
  std::unordered_map<TimerId, std::int64_t> due_of;
  TimerId next_timer = 1;
  std::int64_t armed_for = 0;  // the alarm's time; 0: not armed
  // True after run(). A simulation does not use the alarm: it follows real time, so its moment
  // would be another one in every run of the simulation.
  bool alarmed = false;

  static bool run_list(std::vector<Work>& list) {
    if (list.empty()) return false;
    std::vector<Work> batch;
    batch.swap(list);
    for (Work& work : batch) work();
    if (list.empty()) {  // reuse the memory
      batch.clear();
      list.swap(batch);
    }
    return true;
  }

  bool run_local() {
    local_scheduled = false;
    return run_list(local);
  }
  void send(Loop* to, Work work) {
    auto found = std::ranges::find(outgoing, to, &Outgoing::to);
    if (found == outgoing.end()) found = outgoing.insert(found, Outgoing{to, {}});
    found->works.push_back(std::move(work));
    if (found->works.size() >= kSentTogether) return to->receive(found->works);
    if (!std::exchange(sending_scheduled, true)) {
      asio::post(io, [this] { send_all(); });
    }
  }
  void send_all() {
    sending_scheduled = false;
    for (Outgoing& each : outgoing) each.to->receive(each.works);
  }
  // Leaves `works` empty. [any thread]
  void receive(std::vector<Work>& works) {
    bool wake = false;
    for (Work& work : works) wake |= inbox.push(std::move(work));
    works.clear();
    if (wake) wake_up();
  }
  void wake_up() {
    asio::post(io, [this] { inbox.run_all(); });
  }

  bool run_deferred() {
    deferred_scheduled = false;
    return run_list(deferred);
  }

  bool run_timers() {
    const std::int64_t now = clock.steady_us();
    bool ran = false;
    while (!timers.empty() && timers.begin()->first.first <= now) {
      auto node = timers.extract(timers.begin());
      due_of.erase(node.key().second);
      node.mapped()();
      ran = true;
    }
    return ran;
  }

  void arm() {
    if (!alarmed || timers.empty()) return;
    const std::int64_t due = timers.begin()->first.first;
    if (armed_for != 0 && armed_for <= due) return;
    armed_for = due;
    alarm.expires_after(
        std::chrono::microseconds(std::max<std::int64_t>(0, due - clock.steady_us())));
    alarm.async_wait([this](boost::system::error_code error) {
      if (error) return;  // the alarm was armed again, for an earlier timer
      run_timers();       // armed_for is still set, so timers that this sets do not arm the alarm
      armed_for = 0;
      arm();
    });
  }
};

Shard::Shard(std::uint32_t index, const Clock& clock)
    : index_(index), clock_(clock), loop_(std::make_unique<Loop>(clock)) {}

Shard::~Shard() {
  // Work that was not run may own sockets and timers of this loop, so destroy it before the loop.
  const Entered entered(this);
  loop_->local.clear();
  loop_->deferred.clear();
  loop_->outgoing.clear();
  loop_->timers.clear();
  loop_.reset();
}

asio::io_context& Shard::io() { return loop_->io; }

void Shard::post(Work work) {
  if (is_current()) {
    loop_->local.push_back(std::move(work));
    if (!std::exchange(loop_->local_scheduled, true)) {
      asio::post(loop_->io, [loop = loop_.get()] { loop->run_local(); });
    }
    return;
  }
  if (current_shard != nullptr && current_shard->loop_ != nullptr) {
    current_shard->loop_->send(loop_.get(), std::move(work));
  } else if (loop_->inbox.push(std::move(work))) {
    loop_->wake_up();
  }
}

void Shard::defer(Work work) {
  SERAI_ASSERT(is_current());
  loop_->deferred.push_back(std::move(work));
  if (!std::exchange(loop_->deferred_scheduled, true)) {
    asio::post(loop_->io, [loop = loop_.get()] { loop->run_deferred(); });
  }
}

TimerId Shard::after(std::int64_t delay_ms, Work work) {
  SERAI_ASSERT(is_current());
  const TimerId id = loop_->next_timer++;
  const std::int64_t due = clock_.steady_us() + std::max<std::int64_t>(0, delay_ms) * 1000;
  loop_->timers.emplace(Loop::Due{due, id}, std::move(work));
  loop_->due_of.emplace(id, due);
  loop_->arm();
  return id;
}

void Shard::cancel(TimerId id) {
  SERAI_ASSERT(is_current());
  const auto found = loop_->due_of.find(id);
  if (found == loop_->due_of.end()) return;
  loop_->timers.erase({found->second, id});
  loop_->due_of.erase(found);
}

void Shard::run() {
  const Entered entered(this);
  thread_id_ = ::gettid();
  const auto guard = asio::make_work_guard(loop_->io);
  loop_->alarmed = true;
  loop_->arm();
  loop_->io.run();
}

void Shard::stop() { loop_->io.stop(); }

bool Shard::run_ready() {
  const Entered entered(this);
  loop_->io.restart();
  bool ran = loop_->inbox.run_all();
  ran |= loop_->run_timers();
  ran |= loop_->run_local();
  ran |= loop_->io.poll() > 0;
  ran |= loop_->run_deferred();
  return ran;
}

std::optional<std::int64_t> Shard::next_due_us() const {
  if (loop_->timers.empty()) return std::nullopt;
  return loop_->timers.begin()->first.first;
}

Shard* Shard::current() { return current_shard; }

}  // namespace serai::runtime
