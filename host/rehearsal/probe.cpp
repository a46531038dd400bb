#include "rehearsal/probe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "rehearsal/recording_wire.hpp"

extern char** environ;

namespace serai::rehearsal {
namespace {

constexpr std::size_t kInWorkBytesMax = 8U << 20;
constexpr std::size_t kDifferencesMax = 16;
constexpr std::size_t kOutputBytesMax = 16U << 10;

Error system_error(const char* what) {
  return {Errc::internal,
          "rehearsal: " + std::string(what) + ": " + std::system_category().message(errno)};
}

// The file actions of a child's start; the destructor frees them.
struct SpawnActions {
  SpawnActions() { ::posix_spawn_file_actions_init(&actions); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t actions;
};

// The child starts with no signal blocked or ignored, although the host blocks and ignores some.
struct SpawnAttributes {
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  posix_spawnattr_t attributes;
};

std::string pack_plan(const ProbePlan& plan, const ProbeOptions& options) {
  Packer out;
  out.text(plan.module).text(plan.new_file.native()).text(plan.old_file.native());
  out.number(plan.irreversible ? 1 : 0);
  out.number(options.memory_bytes_max).number(options.cpu_s_max);
  out.number(plan.allow.size());
  for (const std::string& name : plan.allow) out.text(name);
  return out.bytes();
}

std::string pack_entity(const ExportedEntity& entity) {
  Packer out;
  out.text(entity.id.kind).text(entity.id.key).number(entity.schema).text(entity.state);
  out.number(entity.live ? 1 : 0);
  out.number(entity.recording ? 1 : 0);
  if (entity.recording) pack_recording(out, *entity.recording);
  return out.bytes();
}

}  // namespace

Result<std::unique_ptr<Probe>> Probe::start(const ProbePlan& plan, const ProbeOptions& options) {
  std::unique_ptr<Probe> probe(new Probe(options));
  if (Result<> spawned = probe->spawn(plan); !spawned) return spawned.error();
  return probe;
}

Result<> Probe::spawn(const ProbePlan& plan) {
  std::array<int, 2> pair{};
  std::array<int, 2> pipe{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return system_error("socketpair");
  }
  socket_ = Fd(pair[0]);
  const Fd theirs(pair[1]);
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return system_error("pipe");
  output_ = Fd(pipe[0]);
  const Fd their_output(pipe[1]);
  ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);

  const SpawnActions spawn;
  auto* actions = const_cast<posix_spawn_file_actions_t*>(&spawn.actions);
  ::posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  // The output's descriptor may have the number of kProbeFd, so it is duplicated before that number
  // is overwritten.
  ::posix_spawn_file_actions_adddup2(actions, their_output.get(), 1);
  ::posix_spawn_file_actions_adddup2(actions, their_output.get(), 2);
  ::posix_spawn_file_actions_adddup2(actions, theirs.get(), kProbeFd);
  ::posix_spawn_file_actions_addclosefrom_np(actions, kProbeFd + 1);

  std::vector<std::string> arguments{"host"};
  arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const SpawnAttributes attributes;
  const int failed = ::posix_spawn(
      &pid_, options_.program.c_str(), actions, &attributes.attributes, argv.data(), environ);
  if (failed != 0) {
    pid_ = -1;
    errno = failed;
    return system_error(("cannot start " + options_.program).c_str());
  }
  progress_ = Steady::now();
  send(Frame::plan, pack_plan(plan, options_));
  return success();
}

Probe::~Probe() { reap(); }

void Probe::reap() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

void Probe::send(Frame type, std::string_view payload) {
  if (sent_ == to_child_.size()) {
    to_child_.clear();
    sent_ = 0;
  }
  to_child_ += pack_frame(type, payload);
}

bool Probe::feed(ExportedEntity entity) {
  if (decided_) return false;
  progress_ = Steady::now();  // the time between two calls is the caller's
  send(Frame::entity, pack_entity(entity));
  in_work_bytes_ += entity.state.size();
  in_work_.push_back(std::move(entity));
  pump(false);
  return !decided_;
}

Verdict Probe::finish() {
  if (!decided_) {
    progress_ = Steady::now();
    send(Frame::end, {});
    pump(true);
  }
  reap();
  verdict_.took_us =
      std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start_).count();
  return std::move(verdict_);
}

// Exchanges data with the child until the verdict is decided, or until there is room for another
// entity.
void Probe::pump(bool until_verdict) {
  while (!decided_) {
    const bool full =
        in_work_bytes_ > kInWorkBytesMax || to_child_.size() - sent_ > kInWorkBytesMax;
    if (!turn()) return;
    if (!until_verdict && !full) return;
  }
}

// Waits at most 100 ms for the child, then reads and writes. False: the verdict is decided.
bool Probe::turn() {
  const auto now = Steady::now();
  const auto deadline = std::min(progress_ + options_.silence_max, start_ + options_.total_max);
  if (now >= deadline) {
    const bool silent = now >= progress_ + options_.silence_max;
    request_backtrace();
    fail(silent ? "hangs: no progress for " + std::to_string(options_.silence_max.count()) + " ms"
                : "takes longer than " + std::to_string(options_.total_max.count()) + " ms in all",
         true);
    return false;
  }
  if (options_.cancelled && options_.cancelled()) {
    fail("the host is stopping", false);
    return false;
  }
  std::array<pollfd, 2> polled{};
  polled[0] = {socket_.get(), POLLIN, 0};
  if (sent_ < to_child_.size()) polled[0].events |= POLLOUT;
  polled[1] = {output_.get(), POLLIN, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now).count();
  const int wait_ms = static_cast<int>(std::min<std::int64_t>(left + 1, 100));
  const int events = ::poll(polled.data(), output_ ? 2 : 1, wait_ms);
  if (events < 0 && errno != EINTR) {
    fail("poll: " + std::system_category().message(errno), false);
    return false;
  }
  if (polled[1].revents != 0) read_output();
  if ((polled[0].revents & POLLOUT) != 0 && !write_some()) return false;
  if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) return read_some();
  return true;
}

// Sends SIGABRT, on which the child prints a backtrace and ends, and reads its output for at most a
// second.
void Probe::request_backtrace() {
  ::kill(pid_, SIGABRT);
  const auto until = Steady::now() + std::chrono::seconds(1);
  while (output_ && Steady::now() < until) {
    pollfd polled{output_.get(), POLLIN, 0};
    if (::poll(&polled, 1, 50) > 0) read_output();
  }
}

bool Probe::write_some() {
  const ssize_t put = ::send(socket_.get(),
                             to_child_.data() + sent_,
                             to_child_.size() - sent_,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
  if (put > 0) sent_ += static_cast<std::size_t>(put);
  // An error is ignored here. read_some() finds the closed socket after it has read the child's
  // last frames, which may have the reason.
  return true;
}

bool Probe::read_some() {
  std::array<char, 65536> chunk;
  const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got > 0) {
    from_child_.put({chunk.data(), static_cast<std::size_t>(got)});
    take_frames();
    return !decided_;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  child_ended();
  return false;
}

void Probe::read_output() {
  std::array<char, 4096> chunk;
  for (;;) {
    const ssize_t got = ::read(output_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return output_.reset();
    const std::size_t room = kOutputBytesMax - std::min(kOutputBytesMax, verdict_.output.size());
    verdict_.output.append(chunk.data(), std::min(room, static_cast<std::size_t>(got)));
  }
}

void Probe::take_frames() {
  Frame type{};
  std::string_view payload;
  while (!decided_) {
    switch (from_child_.next(type, payload)) {
      case FrameStream::State::more:
        return;
      case FrameStream::State::garbled:
        return fail("the probe's answers are garbled", true);
      case FrameStream::State::frame:
        take(type, payload);
    }
  }
}

void Probe::take(Frame type, std::string_view payload) {
  progress_ = Steady::now();
  switch (type) {
    case Frame::ready:
      ready_ = true;
      return;
    case Frame::passed:
      return take_passed(payload);
    case Frame::failed:
      return fail(std::string(payload), ready_);
    case Frame::crashed:
      crash_stage_ = payload;
      return;
    case Frame::done:
      verdict_.passed = in_work_.empty();
      decided_ = true;
      if (!verdict_.passed) verdict_.reason = "the probe ended before its work";
      return;
    default:
      return fail("the probe's answers are garbled", false);
  }
}

void Probe::take_passed(std::string_view payload) {
  if (in_work_.empty()) return fail("the probe sent an answer that no request waits for", false);
  using std::chrono::microseconds;
  const auto longest = std::chrono::duration_cast<microseconds>(options_.total_max);
  auto cost = unpack_cost(payload, longest.count());
  if (!cost) return fail("the probe's answers are garbled", true);
  ExportedEntity& entity = in_work_.front();
  RehearsedKind& kind = verdict_.kinds[entity.id.kind];
  ++(entity.live ? kind.live : kind.stored);
  if (entity.live) kind.live_bytes += entity.state.size();
  kind.import_us += cost->import_us;
  kind.import_us_max = std::max(kind.import_us_max, cost->import_us);
  kind.export_us += cost->export_us;
  kind.export_us_max = std::max(kind.export_us_max, cost->export_us);
  if (!cost->difference.empty()) ++kind.differ;
  if (cost->replayed > 0) ++kind.replayed;
  kind.replayed_messages += cost->replayed;
  if (!cost->divergence.empty()) ++(cost->replayed > 0 ? kind.diverged : kind.unsteady);
  in_work_bytes_ -= entity.state.size();
  if (!cost->difference.empty() && verdict_.differences.size() < kDifferencesMax) {
    verdict_.differences.push_back({entity.id, std::move(cost->difference)});
  }
  if (!cost->divergence.empty() && verdict_.divergences.size() < kDifferencesMax) {
    verdict_.divergences.push_back({entity.id, std::move(cost->divergence)});
  }
  in_work_.pop_front();
  ++verdict_.entities;
}

void Probe::fail(std::string reason, bool blame_entity) {
  if (decided_) return;
  decided_ = true;
  verdict_.reason = std::move(reason);
  if (blame_entity && ready_ && !in_work_.empty()) verdict_.entity = std::move(in_work_.front());
  reap();
  if (output_) read_output();
}

void Probe::child_ended() {
  int status = 0;
  // The child may have closed only its socket. A child that is exiting keeps its status.
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  fail(describe_end(status), true);
}

std::string Probe::describe_end(int status) const {
  const std::string where = crash_stage_.empty() ? "" : " in " + crash_stage_;
  if (!WIFSIGNALED(status)) {
    return "the probe ended by itself with code " + std::to_string(WEXITSTATUS(status)) + where;
  }
  const int signal = WTERMSIG(status);
  if (signal == SIGXCPU) {
    return "uses more than " + std::to_string(options_.cpu_s_max) + " s of CPU" + where;
  }
  const char* name = ::sigabbrev_np(signal);
  return "crashed with SIG" + std::string(name == nullptr ? "?" : name) + where;
}

}  // namespace serai::rehearsal
