// Signals: SIGTERM, SIGINT and SIGHUP of the host. All threads block them and the main thread waits
// for them, so that a signal interrupts no other code.
//
// Thread  block() before any other thread starts, because threads inherit it; next() and
//         stop_at_once() on the main thread.
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
