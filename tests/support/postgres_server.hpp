// PostgresServer: a PostgreSQL server for the tests of one process, started when a test first asks
// for it. It ends with the process, even after a crash.
//
// Thread  one.
#pragma once

#include <string>

namespace serai::testing {

class PostgresServer {
 public:
  // Throws std::runtime_error when the server cannot be started.
  static PostgresServer& instance();

  // Makes an empty database and returns its url.
  std::string make_database();
  // Runs SQL in the server's own database, for example to end connections.
  void run(const std::string& sql) const;
  // Starts another server, which takes TLS connections only from who trusts its certificate, and
  // returns the url. It ends with the process.
  std::string start_with_tls() const;
  void kill() const;     // as a crash does
  void restart() const;  // after kill()

 private:
  PostgresServer();

  std::string folder_;
  int databases_ = 0;
};

}  // namespace serai::testing
