#include "runtime/execution/crash_report.hpp"

#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <exception>
#include <string_view>

#include "abi/module_calls.hpp"
#include "base/abort_reason.hpp"
#include "base/alternate_stack.hpp"
#include "base/hex.hpp"
#include "runtime/entity/entity.hpp"
#include "runtime/execution/code_places.hpp"
#include "runtime/execution/run.hpp"

namespace serai::runtime {
namespace {

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
constexpr unsigned kPatienceSeconds = 5;  // then SIGALRM ends a process whose report hangs
constexpr int kFramesOfSignal = 2;        // the handler and the kernel's signal frame

// The memory of the signal handlers, allocated in advance: a crashed thread may have a broken heap
// and a full stack.
struct Desk {
  std::array<char, 4096> path{};
  std::array<char, 16384> line{};
  std::size_t size = 0;
  std::atomic<pid_t> writer{0};  // the first thread to crash writes; others wait for the end
  std::array<void*, CodePlaces::kFramesMax> frames{};
  int count = 0;
  CodePlaces places;
};
Desk desk;

void put(std::string_view text) {
  const std::size_t fits = std::min(text.size(), desk.line.size() - 2 - desk.size);
  std::memcpy(desk.line.data() + desk.size, text.data(), fits);
  desk.size += fits;
}

void put_number(std::uint64_t number, unsigned base, std::size_t width = 1) {
  std::array<char, 24> digits{};
  std::size_t at = digits.size();
  for (; number != 0 || digits.size() - at < width; number /= base) {
    digits.at(--at) = kHexDigits[number % base];
  }
  put({digits.data() + at, digits.size() - at});
}

void put_text(std::string_view text) {
  put("\"");
  for (const char letter : text.substr(0, 512)) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte > 0x7e || letter == '"' || letter == '\\') {
      put("\\u");
      put_number(byte, 16, 4);
    } else {
      put({&letter, 1});
    }
  }
  put("\"");
}

void put_field(std::string_view name, std::string_view text) {
  put(",\"");
  put(name);
  put("\":");
  put_text(text);
}

// Writes the time as RFC 3339. gmtime() is not safe in a signal handler, so the date is computed
// here: the calendar repeats every 400 years, which have 146,097 days.
void put_time() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const auto seconds = static_cast<std::uint64_t>(now.tv_sec);
  const std::uint64_t days = seconds / 86'400 + 719'468;  // since 1 March of year 0
  const std::uint64_t day_of_era = days % 146'097;
  const std::uint64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t shifted = (5 * day_of_year + 2) / 153;
  const std::uint64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  put("{\"time\":\"");
  put_number(days / 146'097 * 400 + year_of_era + (month <= 2 ? 1 : 0), 10, 4);
  put("-");
  put_number(month, 10, 2);
  put("-");
  put_number(day_of_year - (153 * shifted + 2) / 5 + 1, 10, 2);
  put("T");
  put_number(seconds / 3'600 % 24, 10, 2);
  put(":");
  put_number(seconds / 60 % 60, 10, 2);
  put(":");
  put_number(seconds % 60, 10, 2);
  put(".");
  put_number(static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000, 10, 3);
  put("Z\"");
}

// Writes the module whose code this thread is in, and the entity it works for.
void put_place() {
  const abi::Generation* const code = abi::entered_code();
  if (code == nullptr) return;
  put_field("module", code->contract.name);
  put_field("module_version", code->contract.version);
  put(",\"generation\":");
  put_number(code->id, 10);
  put_field("build_id", code->build_id);
  const abi::EnteredFunction& function = abi::entered_function();
  const auto* const call = static_cast<const Run*>(abi::entered_call());
  const std::string* handler = function.name;
  const EntityId* entity = function.entity;
  if (handler == nullptr && call != nullptr) {
    handler = call->generation->handler_name(call->handler_index);
    if (call->entity != nullptr) entity = &call->entity->id;
  }
  if (handler != nullptr) put_field("handler", *handler);
  if (entity == nullptr) return;
  put_field("kind", entity->kind);
  put_field("key", entity->key);
  const bool is_timer =
      function.name == nullptr && call != nullptr && call->input.trigger == abi::Trigger::timer;
  if (!is_timer) return;
  put(",\"timer\":");
  put_number(static_cast<std::uint64_t>(call->input.op_code), 10);
}

void put_stack() {
  put(",\"stack\":\"");
  for (int i = kFramesOfSignal; i < desk.count; ++i) {
    if (i > kFramesOfSignal) put(" < ");
    const CodePlaces::Place place = desk.places.at(i);
    put(place.file);  // not escaped: names of modules and system libraries need no escapes
    put("+0x");
    put_number(place.offset, 16);
  }
  put("\"");
}

void write_out(int file) {
  std::string_view rest(desk.line.data(), desk.size);
  while (!rest.empty()) {
    const ssize_t written = ::write(file, rest.data(), rest.size());
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void write_report(int signal, const siginfo_t* info, bool with_stack) {
  desk.size = 0;
  put_time();
  put(R"(,"level":"fatal","event":"host.crashed")");
  const char* const name = ::sigabbrev_np(signal);
  put(",\"signal\":\"SIG");
  put(name == nullptr ? "?" : name);
  put("\"");
  if (signal == SIGSEGV || signal == SIGBUS) {
    put(",\"address\":\"0x");
    put_number(reinterpret_cast<std::uintptr_t>(info->si_addr), 16);
    put("\"");
  }
  std::array<char, 17> thread{};
  ::prctl(PR_GET_NAME, thread.data());
  put_field("thread", thread.data());
  put_place();
  put_field("reason", abort_reason());
  if (with_stack) put_stack();
  put("}\n");
  write_out(STDERR_FILENO);
  const int file =
      ::open(desk.path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return;
  write_out(file);
  ::close(file);
}

// A second fault on the same thread comes from the unwinder, which met a broken stack. The thread
// then writes its report without the stack.
extern "C" void serai_host_crashed(int signal, siginfo_t* info, void*) {
  pid_t nobody = 0;
  const bool first = desk.writer.compare_exchange_strong(nobody, ::gettid());
  while (!first && nobody != ::gettid()) ::pause();
  if (first) {
    ::alarm(kPatienceSeconds);
    desk.count = ::backtrace(desk.frames.data(), static_cast<int>(desk.frames.size()));
    desk.places.find(desk.frames.data(), desk.count);
  }
  write_report(signal, info, first);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

// The terminate handler: saves the text of the uncaught exception as the reason, then aborts.
[[noreturn]] void abort_with_exception() noexcept {
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
    set_abort_reason("std::terminate without an exception");
  } catch (const std::exception& thrown) {
    set_abort_reason(thrown.what());
  } catch (...) {
    set_abort_reason("an exception of an unknown type reached std::terminate");
  }
  std::abort();
}

#if defined(SERAI_SANITIZE)
constexpr bool kSanitizerReports = true;
#else
constexpr bool kSanitizerReports = false;
#endif

}  // namespace

void install_crash_report(const std::string& file) {
  if (kSanitizerReports) return;
  if (file.size() >= desk.path.size()) return;  // longer than any path that can be opened
  std::copy(file.begin(), file.end(), desk.path.begin());
  static const AlternateStack kMainThreads;
  std::array<void*, 2> warm{};
  // The first call loads the unwinder's library, which a signal handler must not do.
  ::backtrace(warm.data(), static_cast<int>(warm.size()));
  leave_abort_reason_to_report();
  std::set_terminate(abort_with_exception);
  struct sigaction action {};
  action.sa_sigaction = &serai_host_crashed;
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_NODEFER);
  for (const int signal : kSignals) ::sigaction(signal, &action, nullptr);
}

}  // namespace serai::runtime
