#include "app/signals.hpp"

#include <pthread.h>
#include <signal.h>

namespace serai::app {
namespace {

sigset_t make_set(bool with_reload) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (with_reload) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void Signals::block() {
  const sigset_t set = make_set(true);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A write to a closed connection returns an error instead of ending the process.
  signal(SIGPIPE, SIG_IGN);
  // A write beyond the size limit of a file (`prlimit --fsize`) returns EFBIG instead of ending it.
  signal(SIGXFSZ, SIG_IGN);
}

HostSignal Signals::next() {
  const sigset_t set = make_set(true);
  int number = 0;
  while (sigwait(&set, &number) != 0) {
  }
  return number == SIGHUP ? HostSignal::reload : HostSignal::stop;
}

void Signals::stop_at_once() {
  const sigset_t set = make_set(false);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace serai::app
