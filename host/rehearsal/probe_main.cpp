// The child's side of a rehearsal: loads the versions, rehearses every entity that it receives, and
// reports the results.
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "rehearsal/probe.hpp"
#include "rehearsal/probe_side.hpp"
#include "rehearsal/recording_wire.hpp"
#include "rehearsal/rehearsal.hpp"

namespace serai::rehearsal {
namespace {

// ---- Frames on the socket, blocking ----------------------------------------------------------

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(kProbeFd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

bool answer(Frame type, std::string_view payload = {}) {
  return write_all(pack_frame(type, payload));
}

bool read_all(char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(kProbeFd, out, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

struct Received {
  Frame type;
  std::string payload;
};

std::optional<Received> receive() {
  std::uint32_t size = 0;
  if (!read_all(reinterpret_cast<char*>(&size), sizeof(size))) return std::nullopt;
  if (size == 0 || size > kFrameBytesMax) return std::nullopt;
  std::string body(size, '\0');
  if (!read_all(body.data(), body.size())) return std::nullopt;
  return Received{static_cast<Frame>(body[0]), body.substr(1)};
}

// ---- Crashes: report the step, print a backtrace, end by the same signal -----------------------

constexpr std::array kCrashSignals = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
alignas(16) std::array<char, 64U << 10> crash_stack;

// True when the process uses more than seven eighths of its memory limit. A module that is out of
// memory may crash in any way, such as by a null pointer or an abort.
bool is_out_of_memory() {
  rlimit bound{};
  std::array<char, 32> text{};
  ::getrlimit(RLIMIT_AS, &bound);
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool is_read = ::read(file, text.data(), text.size() - 1) > 0;
  ::close(file);
  if (!is_read) return false;
  rlim_t pages = 0;  // the file's first number; parsed by hand, because nothing may allocate here
  for (std::size_t i = 0; text[i] >= '0' && text[i] <= '9'; ++i) {
    pages = pages * 10 + static_cast<rlim_t>(text[i] - '0');
  }
  return bound.rlim_cur != RLIM_INFINITY &&
         pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) > bound.rlim_cur / 8 * 7;
}

extern "C" void serai_probe_crashed(int signal) {
  // Nothing here allocates, because the heap may be damaged.
  const char* step = Rehearsal::step();
  const char* more = is_out_of_memory() ? ", having used up the memory limit of a rehearsal" : "";
  std::array<char, sizeof(std::uint32_t) + 1> head{};
  const auto size = static_cast<std::uint32_t>(1 + ::strlen(step) + ::strlen(more));
  std::memcpy(head.data(), &size, sizeof(size));
  head[sizeof(size)] = static_cast<char>(Frame::crashed);
  static_cast<void>(write_all({head.data(), head.size()}) && write_all(step) && write_all(more));
  std::array<void*, 32> frames{};
  const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  ::backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void install_crash_handlers() {
  // The first backtrace() loads the unwinder, which a crash handler must not do.
  std::array<void*, 4> warm{};
  ::backtrace(warm.data(), static_cast<int>(warm.size()));
  stack_t stack{};
  stack.ss_sp = crash_stack.data();
  stack.ss_size = crash_stack.size();
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = &serai_probe_crashed;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
  for (const int signal : kCrashSignals) ::sigaction(signal, &action, nullptr);
}

// ---- The plan ---------------------------------------------------------------------------------

struct Plan {
  std::string module;
  std::string new_file;
  std::string old_file;
  std::uint64_t memory_bytes_max = 0;
  std::uint64_t cpu_s_max = 0;
  Rehearsal::Options options;
};

std::optional<Plan> read_plan() {
  const std::optional<Received> frame = receive();
  if (!frame || frame->type != Frame::plan) return std::nullopt;
  Unpacker in(frame->payload);
  Plan plan;
  plan.module = in.text();
  plan.new_file = in.text();
  plan.old_file = in.text();
  plan.options.irreversible = in.number() != 0;
  plan.memory_bytes_max = in.number();
  plan.cpu_s_max = in.number();
  for (std::uint64_t left = in.number(); left > 0 && in.ok(); --left) {
    plan.options.allow.push_back(in.text());
  }
  return in.is_whole() ? std::optional<Plan>(std::move(plan)) : std::nullopt;
}

void limit(__rlimit_resource resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit bound{soft, hard};
  ::setrlimit(resource, &bound);
}

void apply_limits(const Plan& plan) {
  limit(RLIMIT_CORE, 0, 0);
  // SIGXCPU, by which the host recognizes this limit, comes 5 s before SIGKILL.
  limit(RLIMIT_CPU, plan.cpu_s_max, plan.cpu_s_max + 5);
#if !defined(SERAI_SANITIZE)  // sanitizers reserve terabytes of addresses
  limit(RLIMIT_AS, plan.memory_bytes_max, plan.memory_bytes_max);
#endif
}

// ---- The work ---------------------------------------------------------------------------------

std::optional<ExportedEntity> read_entity(std::string_view payload) {
  Unpacker in(payload);
  ExportedEntity entity;
  entity.id.kind = in.text();
  entity.id.key = in.text();
  entity.schema = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  entity.state = in.text();
  entity.live = in.number() != 0;
  if (in.number() != 0) entity.recording = unpack_recording(in);
  return in.is_whole() ? std::optional<ExportedEntity>(std::move(entity)) : std::nullopt;
}

Result<> try_entities(const Rehearsal& rehearsal) {
  for (;;) {
    const std::optional<Received> frame = receive();
    if (!frame) return {Errc::unavailable, "the host went away"};
    if (frame->type == Frame::end) return success();
    const std::optional<ExportedEntity> entity =
        frame->type == Frame::entity ? read_entity(frame->payload) : std::nullopt;
    if (!entity) return {Errc::internal, "the host sent garbled frames"};
    const Result<Rehearsal::Cost> cost = rehearsal.rehearse(*entity);
    if (!cost) return cost.error();
    if (!answer(Frame::passed, pack_cost(*cost))) return {Errc::unavailable, "the host went away"};
  }
}

Result<> rehearse(const Plan& plan) {
  Result<std::unique_ptr<ProbeSide>> next = ProbeSide::open(plan.new_file);
  if (!next) return {next.error().code, "load: " + next.error().detail};
  std::unique_ptr<ProbeSide> live;
  if (!plan.old_file.empty()) {
    Result<std::unique_ptr<ProbeSide>> opened = ProbeSide::open(plan.old_file);
    if (!opened) return {opened.error().code, "load of the live version: " + opened.error().detail};
    live = *std::move(opened);
  }
  const Rehearsal rehearsal(**next, live.get(), plan.options);
  if (Result<> tested = rehearsal.self_test(); !tested) return tested;
  if (Result<> fresh = rehearsal.fresh_entities(); !fresh) return fresh;
  if (!answer(Frame::ready)) return {Errc::unavailable, "the host went away"};
  return try_entities(rehearsal);
}

}  // namespace

int probe_main() {
  if (::fcntl(kProbeFd, F_GETFD) < 0) {
    std::fputs("host probe is started by the server for a rehearsal; use: host check FILE\n",
               stderr);
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_IGN);
  install_crash_handlers();
  const std::optional<Plan> plan = read_plan();
  if (!plan) return 2;
  apply_limits(*plan);
  const Result<> rehearsed = rehearse(*plan);
  answer(rehearsed ? Frame::done : Frame::failed, rehearsed ? "" : rehearsed.error().detail);
  ::_exit(rehearsed ? 0 : 1);  // without the destructors of the modules
}

}  // namespace serai::rehearsal
