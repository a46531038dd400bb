// A module that leaves a thread-local value whose destructor is the module's own code.
#include <serai/abi.h>

namespace {

SERAI_MANIFEST_SECTION const char manifest[] =
    "{\"serai\":1,\"name\":\"counter\",\"version\":\"1.1.0\",\"abi\":\"1.0\","
    "\"kinds\":[{\"name\":\"counter\",\"schema\":1}],\"handlers\":[]}";

struct Kept {
  ~Kept() { value = 0; }
  volatile int value = 0;
};
thread_local Kept kept;

serai_status open_module(const serai_host* host, serai_instance** out) {
  kept.value = 1;
  *out = reinterpret_cast<serai_instance*>(const_cast<serai_host*>(host));
  return SERAI_OK;
}

serai_status create(serai_instance* instance, uint32_t, serai_str, serai_entity** out) {
  *out = reinterpret_cast<serai_entity*>(instance);
  return SERAI_OK;
}

serai_status import(serai_instance*, uint32_t, const serai_state*, serai_entity**, serai_sink*) {
  return SERAI_DATA_LOSS;
}

serai_status export_state(
    serai_instance*, uint32_t, const serai_entity*, const serai_export*, serai_sink*) {
  return SERAI_OK;
}

}  // namespace

extern "C" {
extern __attribute__((visibility("default"))) const serai_module serai_module_entry;
const serai_module serai_module_entry = {
    sizeof(serai_module),
    SERAI_MAGIC,
    SERAI_ABI_MAJOR,
    SERAI_ABI_MINOR,
    0,
    {manifest, sizeof(manifest)},
    &open_module,
    [](serai_instance*) {},
    [](serai_instance*, serai_str) -> const void* { return nullptr; },
    &create,
    &import,
    &export_state,
    [](serai_instance*, uint32_t, serai_entity*) {},
    [](serai_instance*, serai_entity*, serai_call*, const serai_message*, serai_frame**)
        -> serai_status { return SERAI_INTERNAL; },
    [](serai_instance*, serai_entity*, serai_call*, serai_frame*, const serai_completion*)
        -> serai_status { return SERAI_INTERNAL; },
    [](serai_instance*, serai_frame*) {},
    [](serai_instance*, serai_sink*) -> serai_status { return SERAI_OK; }};
}
