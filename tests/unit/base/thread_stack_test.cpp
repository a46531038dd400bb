#include "base/thread_stack.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "base/host_thread.hpp"
#include "support/wait_for.hpp"

using Catch::Matchers::Contains;

namespace {

// A thread that does nothing but run until it is destroyed.
class Runner {
 public:
  explicit Runner(bool deaf = false) {
    thread_ = std::thread([this, deaf] {
      sigset_t urgent;
      sigemptyset(&urgent);
      sigaddset(&urgent, SIGURG);
      if (deaf) pthread_sigmask(SIG_BLOCK, &urgent, nullptr);
      const serai::HostThread named("a runner with a long name");
      pthread_getname_np(pthread_self(), name_.data(), name_.size());
      id_ = ::gettid();
      while (!over_) std::this_thread::yield();
    });
    REQUIRE(serai::testing::wait_for([this] { return id_ != 0; }));
  }
  ~Runner() {
    over_ = true;
    thread_.join();
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  pid_t id() const { return id_; }
  std::string name() const { return name_.data(); }

 private:
  std::thread thread_;
  std::array<char, 16> name_{};
  std::atomic<pid_t> id_{0};
  std::atomic<bool> over_{false};
};

}  // namespace

TEST_CASE("where a thread is can be asked again and again", "[base]") {
  const Runner runner;
  for (int i = 0; i < 20; ++i) CHECK_THAT(serai::thread_stack(runner.id()), Contains("unit_base"));
}

TEST_CASE("a thread that is gone, or does not answer, has no stack", "[base]") {
  pid_t gone = 0;
  {
    const Runner runner;
    gone = runner.id();
  }
  CHECK(serai::thread_stack(gone).empty());
  const Runner deaf(true);
  CHECK(serai::thread_stack(deaf.id()).empty());
  const Runner runner;  // must not be confused with the thread that did not answer
  CHECK_THAT(serai::thread_stack(runner.id()), Contains("unit_base"));
}

TEST_CASE("the host's threads have names, and are known while they live", "[base]") {
  pid_t id = 0;
  {
    const Runner runner;
    id = runner.id();
    CHECK(runner.name() == "a runner with a");
    CHECK(serai::HostThread::is_one(id));
  }
  CHECK_FALSE(serai::HostThread::is_one(id));
  CHECK(serai::HostThread::is_one(::getpid()));
}
