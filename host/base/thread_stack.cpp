#include "base/thread_stack.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string_view>
#include <thread>

namespace serai {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(100);
constexpr int kFramesMax = 48;
constexpr int kFramesOfSignal = 2;  // the signal handler and the kernel's trampoline

// The open question to a thread. A thread that answers too late finds another ticket and does
// nothing.
struct Question {
  std::atomic<std::uint32_t> ticket{0};    // 0: no question, or a thread is answering it
  std::atomic<std::uint32_t> answered{0};  // the last ticket whose frames are complete
  std::array<void*, kFramesMax> frames{};
  int count = 0;
};
Question question;

extern "C" void serai_answer_stack(int, siginfo_t* info, void*) {
  const int before = errno;
  auto ticket = static_cast<std::uint32_t>(info->si_value.sival_int);
  const std::uint32_t asked = ticket;
  if (ticket != 0 && question.ticket.compare_exchange_strong(ticket, 0)) {
    question.count = ::backtrace(question.frames.data(), kFramesMax);
    question.answered.store(asked, std::memory_order_release);
  }
  errno = before;
}

void listen_for_questions() {
  // The first call loads the unwinder, which allocates. That is not allowed in a signal handler.
  std::array<void*, 2> warm{};
  ::backtrace(warm.data(), static_cast<int>(warm.size()));
  struct sigaction action {};
  action.sa_sigaction = &serai_answer_stack;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  ::sigaction(SIGURG, &action, nullptr);
}

bool ask(pid_t thread, std::uint32_t ticket) {
  siginfo_t info{};
  info.si_code = SI_QUEUE;
  info.si_pid = ::getpid();
  info.si_value.sival_int = static_cast<int>(ticket);
  return ::syscall(SYS_rt_tgsigqueueinfo, ::getpid(), thread, SIGURG, &info) == 0;
}

}  // namespace

std::string place_of(const void* frame) {
  Dl_info found{};
  link_map* map = nullptr;
  // Look up the byte before the return address. It belongs to the call; the return address itself
  // may be the first byte after the function.
  const auto address = reinterpret_cast<std::uintptr_t>(frame) - 1;
  std::array<char, 24> number{};
  if (::dladdr1(static_cast<const char*>(frame) - 1,
                &found,
                reinterpret_cast<void**>(&map),
                RTLD_DL_LINKMAP) == 0) {
    std::snprintf(number.data(), number.size(), "0x%zx", address);
    return number.data();
  }
  std::string_view file = found.dli_fname == nullptr ? "" : found.dli_fname;
  file.remove_prefix(file.rfind('/') + 1);  // npos + 1 is 0
  if (found.dli_sname != nullptr) return std::string(file) + ":" + found.dli_sname;
  std::snprintf(number.data(), number.size(), "+0x%zx", address - map->l_addr);
  return std::string(file) + number.data();
}

bool in_one_file(const void* one, const void* other) {
  Dl_info first{};
  Dl_info second{};
  return ::dladdr(one, &first) != 0 && ::dladdr(other, &second) != 0 &&
         first.dli_fbase == second.dli_fbase;
}

std::string thread_stack(pid_t thread) {
  using Steady = std::chrono::steady_clock;
  static std::mutex one_at_a_time;
  static std::uint32_t last_ticket = 0;
  static std::once_flag listening;
  const std::lock_guard lock(one_at_a_time);
  std::call_once(listening, listen_for_questions);

  const std::uint32_t ticket = ++last_ticket;
  question.ticket = ticket;
  bool given_up = !ask(thread, ticket);
  const auto until = Steady::now() + kPatience;
  while (question.answered.load(std::memory_order_acquire) != ticket) {
    std::uint32_t mine = ticket;
    given_up = given_up || Steady::now() > until;
    // Withdraw the question. If the thread is answering it at this moment, wait for the answer.
    if (given_up && question.ticket.compare_exchange_strong(mine, 0)) return {};
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  std::string stack;
  for (int i = kFramesOfSignal; i < question.count; ++i) {
    stack += (stack.empty() ? "" : " < ") + place_of(question.frames.at(static_cast<unsigned>(i)));
  }
  return stack;
}

}  // namespace serai
