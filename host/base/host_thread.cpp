#include "base/host_thread.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <mutex>
#include <set>
#include <string>

namespace serai {
namespace {

struct Registry {
  std::mutex mutex;
  std::set<pid_t> ids;
};

Registry& registry() {
  static Registry all;
  return all;
}

}  // namespace

HostThread::HostThread(const char* name, Place place) : id_(::gettid()) {
  constexpr int kNice = 10;
  if (place == Place::behind_shards) ::setpriority(PRIO_PROCESS, static_cast<id_t>(id_), kNice);
  ::pthread_setname_np(::pthread_self(), std::string(name).substr(0, 15).c_str());
  const std::lock_guard lock(registry().mutex);
  registry().ids.insert(id_);
}

HostThread::~HostThread() {
  const std::lock_guard lock(registry().mutex);
  registry().ids.erase(id_);
}

bool HostThread::is_one(pid_t thread) {
  if (thread == ::getpid()) return true;
  const std::lock_guard lock(registry().mutex);
  return registry().ids.contains(thread);
}

}  // namespace serai
