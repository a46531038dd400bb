// Runs every case of the corpus and prints which of them the compiler got wrong.
//
//   idioms [NAME ...]     two lines per case: "right NAME", "wrong NAME dropped: what was seen"
//
// Each case runs to its end, with answers that wait and answers that come at once. Then it is
// dropped at each of its waits, as a host drops a cancelled call. Each case runs in a process of
// its own, since a wrong one may end the process.
//
// Exit    0: all right; 1: some wrong; 2: no such case.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "corpus.hpp"

namespace corpus {

std::vector<Idiom>& idioms() {
  static std::vector<Idiom> all;
  return all;
}

namespace {

constexpr int kSaidItself = 10;  // an exit code that no sanitizer uses

const char* mistake() {
#if defined(PLAIN_TEXT)
  return nullptr;
#else
  if (Tracked::mistake() != nullptr) return Tracked::mistake();
  return Tracked::alive() > 0 ? "never destroyed" : nullptr;
#endif
}

// Runs at most so many waits, then drops the Task; returns the number of waits.
int play_once(const Idiom& idiom, int waits_max, bool at_once, const char*& wrong) {
  Desk desk(at_once);
  Task<bool> task = idiom.play(desk);
  task.start();
  int waits = 0;
  while (!task.done() && waits < waits_max && desk.resume()) ++waits;
  if (task.done() && !task.take()) wrong = "wrong values";
  if (!task.done() && waits < waits_max) wrong = "nobody waits and it is not done";
  return waits;
}

constexpr int kEnough = 1000;

void play_to_the_end(const Idiom& idiom, const char*& wrong) {
  play_once(idiom, kEnough, true, wrong);
  play_once(idiom, kEnough, false, wrong);
}

void drop_at_each_wait(const Idiom& idiom, const char*& wrong) {
  for (int waits = 0; play_once(idiom, waits, false, wrong) == waits; ++waits) {
  }
}

using Play = void (*)(const Idiom&, const char*&);

const char* judge(const Idiom& idiom, Play play) {
  const char* wrong = nullptr;
  try {
    play(idiom, wrong);
  } catch (const std::exception&) {
    wrong = "an exception that it should have caught";
  }
  const char* seen = mistake();
  return seen != nullptr ? seen : wrong;
}

bool is_right(const Idiom& idiom, Play play, const char* how) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    const char* wrong = judge(idiom, play);
    if (wrong != nullptr) std::printf("wrong %s%s: %s\n", idiom.name, how, wrong);
    std::exit(wrong == nullptr ? 0 : kSaidItself);  // not _exit, which would skip the leak check
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) std::abort();
  if (WIFSIGNALED(status)) {
    std::printf("wrong %s%s: %s\n", idiom.name, how, ::strsignal(WTERMSIG(status)));
  } else if (status == 0) {
    std::printf("right %s%s\n", idiom.name, how);
  } else if (WEXITSTATUS(status) != kSaidItself) {
    std::printf("wrong %s%s: reported from outside\n", idiom.name, how);
  }
  return status == 0;
}

bool is_asked(const Idiom& idiom, int count, char** names) {
  if (count <= 1) return true;
  for (int i = 1; i < count; ++i) {
    if (std::strcmp(names[i], idiom.name) == 0) return true;
  }
  return false;
}

int run(int count, char** names) {
  int played = 0;
  int right = 0;
  for (const Idiom& idiom : idioms()) {
    if (!is_asked(idiom, count, names)) continue;
    played += 2;
    right += is_right(idiom, &play_to_the_end, "") ? 1 : 0;
    right += is_right(idiom, &drop_at_each_wait, " dropped") ? 1 : 0;
  }
  std::printf("%d of %d right\n", right, played);
  if (played == 0) return 2;
  return right == played ? 0 : 1;
}

}  // namespace
}  // namespace corpus

int main(int count, char** names) { return corpus::run(count, names); }
