// ExitCode: the exit status of the process, for its supervisor. `host --help` and README.md list
// the codes.
//
// Thread  any; plain values.
#pragma once

namespace serai::app {

enum class ExitCode : int {
  ok = 0,
  failed = 1,           // ctl, check, migrate: the request was refused or failed
  usage = 2,            // the command line is wrong
  config = 3,           // a configuration file, variable or value is wrong
  port_taken = 4,       // a listener could not bind
  release = 5,          // the release cannot be read or was refused
  database_locked = 6,  // another process has the data directory
  database_newer = 7,   // a newer host made the database
  database_broken = 8,  // unreadable, damaged, or not writable
  no_host = 9,          // ctl: no host answers
  stop_forced = 10,     // the orderly shutdown hung and was ended by force
};

inline constexpr char kExitCodeHelp[] =
    "Exit codes:\n"
    "  0  done, or shut down in order\n"
    "  1  the request was refused or failed\n"
    "  2  wrong command line\n"
    "  3  wrong configuration\n"
    "  4  a port is taken, or an address is not this machine's\n"
    "  5  the release cannot be read, or was refused\n"
    "  6  the database is locked by another process\n"
    "  7  the database was made by a newer host\n"
    "  8  the database is damaged or cannot be written\n"
    "  9  ctl: no host answers\n"
    "  10 the orderly shutdown hung and was ended by force\n";

}  // namespace serai::app
