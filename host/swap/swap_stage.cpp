#include "swap/swap_stage.hpp"

namespace serai::swap {

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::verify:
      return "verify";
    case Stage::contract:
      return "contract";
    case Stage::rehearse:
      return "rehearse";
    case Stage::attempted:
      return "attempted";
    case Stage::load:
      return "load";
    case Stage::commit:
      return "commit";
    case Stage::probation:
      return "probation";
    case Stage::rest:
      return "rest";
    case Stage::committed:
      return "committed";
    case Stage::settle:
      return "settle";
    case Stage::rollback:
      return "rollback";
  }
  return "unknown";
}

std::string_view to_string(SwapOutcome outcome) {
  switch (outcome) {
    case SwapOutcome::running:
      return "running";
    case SwapOutcome::unchanged:
      return "unchanged";
    case SwapOutcome::refused:
      return "refused";
    case SwapOutcome::probation:
      return "probation";
    case SwapOutcome::settled:
      return "settled";
    case SwapOutcome::rolled_back:
      return "rolled_back";
  }
  return "unknown";
}

std::optional<SwapOutcome> parse_outcome(std::string_view text) {
  for (const SwapOutcome outcome : {SwapOutcome::running,
                                    SwapOutcome::unchanged,
                                    SwapOutcome::refused,
                                    SwapOutcome::probation,
                                    SwapOutcome::settled,
                                    SwapOutcome::rolled_back}) {
    if (text == to_string(outcome)) return outcome;
  }
  return std::nullopt;
}

}  // namespace serai::swap
