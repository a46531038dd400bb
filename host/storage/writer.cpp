#include "storage/writer.hpp"

#include "base/host_thread.hpp"

namespace serai::storage {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kIdleTurn = std::chrono::seconds(30);  // so that an idle store is cleaned up too

}  // namespace

Writer::Writer(WriterCore core, const StoreOptions& options)
    : core_(std::move(core)), options_(options) {
  if (options.manual) return;
  thread_ = std::thread([this] {
    const HostThread named("store-writer");
    work();
  });
}

Writer::~Writer() { close(); }

void Writer::post(Command command, Urgency urgency) { add(std::move(command), urgency); }

void Writer::post(ReserveRequest request) { add(std::move(request), Urgency::now); }

void Writer::add(Posted posted, Urgency urgency) {
  std::unique_lock lock(mutex_);
  if (closed_) {
    run_one(posted, core_);
    return;
  }
  inbox_.push_back(std::move(posted));
  const bool urgent = urgency == Urgency::now || inbox_.size() >= options_.batch_max;
  urgent_ = urgent_ || urgent;
  // Inside a window the writer is not woken: waking it would cost more than the write.
  const bool wake = urgent || (!in_window_ && inbox_.size() == 1);
  lock.unlock();
  if (wake) changed_.notify_one();
}

// Waits for commands and takes them: at once, or within a window at its end or when one is urgent.
// False after close().
bool Writer::wait(bool in_window, SteadyClock::time_point until, std::vector<Posted>& out) {
  std::unique_lock lock(mutex_);
  in_window_ = in_window;
  changed_.wait_until(
      lock, until, [&] { return stop_ || urgent_ || (!in_window && !inbox_.empty()); });
  in_window_ = false;
  urgent_ = false;
  out.swap(inbox_);
  return !stop_;
}

void Writer::run_one(Posted& posted, WriterCore& core) {
  if (auto* request = std::get_if<ReserveRequest>(&posted)) {
    core.reserve(std::move(*request));
  } else {
    std::get<Command>(posted)(core);
  }
}

void Writer::run(std::vector<Posted>& inbox) {
  std::vector<const LedgerTransfer*> transfers;
  for (const Posted& posted : inbox) {
    if (const auto* request = std::get_if<ReserveRequest>(&posted)) {
      transfers.push_back(&request->transfer);
    }
  }
  if (transfers.size() > 1) core_.look_up(transfers);
  for (Posted& posted : inbox) run_one(posted, core_);
  core_.forget_transfers();
  inbox.clear();
}

void Writer::work() {
  std::vector<Posted> taken;
  bool in_window = false;
  SteadyClock::time_point window_ends{};
  bool running = true;
  while (running) {
    // Work left over by the last batch opens a new window.
    const bool has_more = core_.has_work() || core_.has_house_work();
    const auto idle = has_more ? SteadyClock::duration::zero() : kIdleTurn;
    const auto until = in_window ? window_ends : SteadyClock::now() + idle;
    running = wait(in_window, until, taken);
    run(taken);
    core_.keep_house();
    if (!core_.has_work() && flushes_.empty()) continue;
    const auto now = SteadyClock::now();
    if (!in_window) {
      in_window = true;
      window_ends = now + options_.commit_window;
    }
    const bool due = now >= window_ends || core_.waiting() >= options_.batch_max;
    if (!due && running && flushes_.empty()) continue;
    in_window = false;
    commit();
  }
}

// Commits one batch, or everything when somebody waits for a flush.
void Writer::commit() {
  const auto done = flushes_.empty() ? core_.commit() : core_.commit_all();
  for (auto& flush : std::exchange(flushes_, {})) flush.set_value(done);
}

bool Writer::pump() {
  std::vector<Posted> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(inbox_);
  }
  bool worked = !taken.empty();
  run(taken);
  core_.keep_house();
  if (core_.has_work()) {
    worked = true;
    const auto done = core_.commit();
    static_cast<void>(done);  // the callers have been answered
  }
  return worked;
}

Result<> Writer::flush() {
  if (options_.manual) {
    std::vector<Posted> taken;
    {
      const std::lock_guard lock(mutex_);
      taken.swap(inbox_);
    }
    run(taken);
    return core_.commit_all();
  }
  std::promise<Result<>> promise;
  auto done = promise.get_future();
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Error{Errc::unavailable, "store: closed"};
    inbox_.push_back([this, promise = std::move(promise)](WriterCore&) mutable {
      flushes_.push_back(std::move(promise));
    });
    urgent_ = true;
  }
  changed_.notify_one();
  return done.get();
}

void Writer::close() {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    stop_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  // Commands posted after the last turn still run, so that finished units are written.
  std::vector<Posted> taken;
  const std::lock_guard lock(mutex_);
  taken.swap(inbox_);
  run(taken);
  if (core_.has_work()) {
    const auto done = core_.commit_all();
    static_cast<void>(done);  // the callers have been answered
  }
  for (auto& flush : std::exchange(flushes_, {})) flush.set_value(success());
  core_.close();
  closed_ = true;
}

}  // namespace serai::storage
