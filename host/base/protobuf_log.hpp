// ProtobufLog: writes the messages of the Protobuf library ("... contains invalid UTF-8 data ...")
// to the host's log, as event "protobuf.logged". Without it, Protobuf writes plain text to standard
// error.
//
// Bound   at most kBurst lines at once, then one a second, because clients can cause such lines.
//         Field `left_out` of the next line counts the lines that were dropped.
// Thread  constructed and destroyed while no thread parses. Lines come from any thread.
// Owner   only one object at a time. The sink behind `log` must outlive it. The destructor restores
//         Protobuf's former log handler.
#pragma once

#include "base/log.hpp"

namespace serai {

class ProtobufLog {
 public:
  static constexpr int kBurst = 10;

  explicit ProtobufLog(Log log);
  ~ProtobufLog();
  ProtobufLog(const ProtobufLog&) = delete;
  ProtobufLog& operator=(const ProtobufLog&) = delete;
};

}  // namespace serai
