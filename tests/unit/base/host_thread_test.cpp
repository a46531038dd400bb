// HostThread: it has a name, is listed while it runs, and has a lower priority than the shards.
#include "base/host_thread.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

using serai::HostThread;

namespace {

int nice_of_this_thread() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

}  // namespace

TEST_CASE("a thread is one of the host's for as long as it says so", "[host_thread]") {
  pid_t id = 0;
  std::thread([&id] {
    id = ::gettid();
    CHECK_FALSE(HostThread::is_one(id));
    const HostThread named("one");
    CHECK(HostThread::is_one(id));
  }).join();
  CHECK_FALSE(HostThread::is_one(id));
  CHECK(HostThread::is_one(::getpid()));
}

TEST_CASE("shards come first, all others give way", "[host_thread]") {
  const int usual = nice_of_this_thread();
  std::thread([usual] {
    const HostThread named("shard", HostThread::Place::first);
    CHECK(nice_of_this_thread() == usual);
  }).join();
  std::thread([usual] {
    const HostThread named("other");
    CHECK(nice_of_this_thread() > usual);
  }).join();
}
