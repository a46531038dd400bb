// UnixProxy: passes bytes between the clients of a Unix socket and a server's, and can cut a
// connection at the moment that the server has answered a COMMIT, or before the server gets it.
//
// Thread  public calls: any. Each connection has a thread of its own.
#pragma once

#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace serai::testing {

class UnixProxy {
 public:
  // Listens at `folder`/.s.PGSQL.5432, where PostgreSQL's clients look for a server.
  UnixProxy(std::string folder, std::string server);
  ~UnixProxy();
  UnixProxy(const UnixProxy&) = delete;
  UnixProxy& operator=(const UnixProxy&) = delete;

  enum class Cut { none, before_commit, after_commit };
  // For the next COMMIT of any connection.
  void set_cut(Cut cut) { cut_ = cut; }
  bool has_cut() const { return cut_ == Cut::none; }

 private:
  void accept_all();
  void pass(int client);

  std::string server_;
  std::atomic<Cut> cut_{Cut::none};
  int listener_;
  std::mutex mutex_;
  std::list<std::thread> connections_;  // guarded by mutex_
  std::list<int> sockets_;              // guarded by mutex_
  std::thread acceptor_;
};

}  // namespace serai::testing
