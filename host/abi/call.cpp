#include "abi/call.hpp"

serai_status serai_call::judged(serai_status status, std::string thrown) {
  if (thrown.empty() && misuse == nullptr) return status;
  error_text = thrown.empty() ? misuse : std::move(thrown);
  return SERAI_INTERNAL;
}

void serai_call::clear() {
  generator = nullptr;
  config_reads.clear();
  effects.clear();
  effect_bytes = 0;
  reply.clear();
  error_text.clear();
  refused = SERAI_OK;
  refusal.clear();
  misuse = nullptr;
  replaying = restoring = unrepeatable = false;
}
