// ProtobufLog: messages of Protobuf itself ("... contains invalid UTF-8 data ...") as lines of the
// host's log, "protobuf.said", instead of bare text on standard error.
//
// Bound   clients can cause such lines: kBurst at once and one a second are written; the next line
//         counts the others as `left_out`.
// Thread  made and destroyed while nothing parses. Lines come from any thread.
// Owner   one at a time. The sink behind `log` outlives it; afterwards Protobuf writes as before.
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
