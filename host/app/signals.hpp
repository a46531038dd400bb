// Signals: the signals of the host. A thread waits for them, so that they interrupt no other.
//
// Thread  block() before any other thread starts, so that all inherit it; next() on the main
//         thread.
#pragma once

namespace serai::app {

enum class HostSignal { stop, reload };

class Signals {
 public:
  static void block();
  static HostSignal next();    // blocks until SIGTERM, SIGINT or SIGHUP
  static void stop_at_once();  // from now on the next SIGTERM or SIGINT ends the process
};

}  // namespace serai::app
