#include "runtime/execution/run.hpp"

void serai_call::reset() {
  entity = nullptr;
  generation = nullptr;
  handler_index = -1;
  input = serai::runtime::Input{};
  message = {};
  generator = nullptr;
  effects.clear();
  reply.clear();
  error_text.clear();
  effect_bytes = 0;
  config_reads.clear();
  frame = nullptr;
  refused = SERAI_OK;
  refusal.clear();
  misuse = nullptr;
  waits.clear();
  unit = {};
  replaying = unrepeatable = false;
}
