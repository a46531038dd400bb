#include "modules/probe_host.hpp"

#include <string_view>

namespace serai {
namespace {

std::string_view text(serai_str input) { return {input.data, input.size}; }

serai_status write(serai_sink* sink, serai_bytes bytes) {
  std::string& out = reinterpret_cast<ProbeSink*>(sink)->bytes;
  if (bytes.size > ProbeSink::kBytesMax - out.size()) return SERAI_RESOURCE_EXHAUSTED;
  out.append(static_cast<const char*>(bytes.data), bytes.size);
  return SERAI_OK;
}

// No handler runs in a rehearsal, so whatever needs a running call is not there.
const serai_match_v1 kMatch = {
    sizeof(serai_match_v1),
    0,
    [](serai_call*, int64_t, serai_bytes, const serai_str*, uint64_t) -> serai_status {
      return SERAI_UNAVAILABLE;
    },
    [](serai_call*, serai_str) -> serai_status { return SERAI_UNAVAILABLE; },
    [](serai_call*, serai_str) -> serai_status { return SERAI_UNAVAILABLE; }};
const serai_ledger_v1 kLedger = {
    sizeof(serai_ledger_v1),
    0,
    [](serai_call*, serai_str, serai_str, const serai_ledger_entry*, uint64_t, uint64_t)
        -> serai_status { return SERAI_UNAVAILABLE; },
    [](serai_call*, serai_str, uint64_t) -> serai_status { return SERAI_UNAVAILABLE; }};
const serai_notify_v1 kNotify = {
    sizeof(serai_notify_v1), 0, [](serai_call*, const serai_notification*) -> serai_status {
      return SERAI_UNAVAILABLE;
    }};
const serai_config_v1 kConfig = {
    sizeof(serai_config_v1), 0, [](serai_call*, serai_str, serai_str*) -> serai_status {
      return SERAI_NOT_FOUND;
    }};

const void* extension(serai_str id) {
  if (text(id) == SERAI_EXT_MATCH) return &kMatch;
  if (text(id) == SERAI_EXT_LEDGER) return &kLedger;
  if (text(id) == SERAI_EXT_NOTIFY) return &kNotify;
  if (text(id) == SERAI_EXT_CONFIG) return &kConfig;
  return nullptr;
}

const serai_host kHost = {
    sizeof(serai_host),
    SERAI_ABI_MAJOR,
    SERAI_ABI_MINOR,
    &extension,
    [](serai_call*, int32_t, serai_str, const serai_field*, uint64_t) {},
    &write,
    [](serai_call*) -> int64_t { return 0; },
    [](serai_call*) -> uint64_t { return 0; },
    [](serai_call*, serai_bytes) -> serai_status { return SERAI_UNAVAILABLE; },
    [](serai_call*, serai_str) {},
    [](serai_call*, const serai_target*, serai_bytes) -> serai_status { return SERAI_UNAVAILABLE; },
    [](serai_call*, const serai_target*, serai_bytes, uint32_t, uint64_t) -> serai_status {
      return SERAI_UNAVAILABLE;
    },
    [](serai_call*, uint32_t, uint64_t) -> serai_status { return SERAI_UNAVAILABLE; },
    [](serai_call*, uint64_t, uint32_t, serai_str, serai_bytes) -> serai_status {
      return SERAI_UNAVAILABLE;
    },
    [](serai_call*, uint64_t) -> serai_status { return SERAI_UNAVAILABLE; },
    [](serai_call*) -> serai_status { return SERAI_UNAVAILABLE; }};

}  // namespace

const serai_host& probe_host() { return kHost; }

}  // namespace serai
