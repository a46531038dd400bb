// ResumeState: the states of a session that can resume, and the transitions between them.
//
//   unopened ──> attached <──> parked
//                    └────> ended <──┘
//
// Thread  any; plain values.
#pragma once

#include <cstdint>

namespace serai::session {

enum class ResumeState : std::uint8_t {
  unopened,  // its first connection is not upgraded yet
  attached,  // it has a connection
  parked,    // its connection broke, and the client may come back
  ended,     // closed by the client or by the host, or parked for too long
};

constexpr bool may_follow(ResumeState from, ResumeState to) {
  switch (from) {
    case ResumeState::unopened:
      return to == ResumeState::attached;
    case ResumeState::attached:
      return to == ResumeState::parked || to == ResumeState::ended;
    case ResumeState::parked:
      return to == ResumeState::attached || to == ResumeState::ended;
    case ResumeState::ended:
      break;
  }
  return false;
}

}  // namespace serai::session
