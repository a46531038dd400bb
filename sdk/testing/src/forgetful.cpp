#include "forgetful.hpp"

#include <memory>
#include <string>

#include "abi/sink.hpp"

namespace serai::testing {
namespace {

// The host takes a Layer for the module's instance, and a Wrapped for an entity of it.
struct Layer {
  const abi::Generation& generation;
  const serai_module& module;
  serai_instance* instance;
};

struct Wrapped {
  std::uint32_t kind;
  std::string key;
  serai_entity* entity;
};

Layer& layer_of(serai_instance* instance) { return *reinterpret_cast<Layer*>(instance); }
Wrapped& wrapped(serai_entity* entity) { return *reinterpret_cast<Wrapped*>(entity); }
serai_entity* inside(serai_entity* entity) {
  return entity == nullptr ? nullptr : wrapped(entity).entity;
}

serai_status give(serai_status status,
                  std::uint32_t kind,
                  serai_str key,
                  serai_entity* entity,
                  serai_entity** out) {
  if (status != SERAI_OK || entity == nullptr) return status;
  auto made = std::make_unique<Wrapped>(Wrapped{kind, std::string(abi::view_of(key)), entity});
  *out = reinterpret_cast<serai_entity*>(made.release());
  return SERAI_OK;
}

serai_status fail(const Layer& layer, serai_call* call, const std::string& why) {
  const std::string text = "the state does not survive export and import: " + why;
  layer.generation.host.table.fail(call, {text.data(), text.size()});
  return SERAI_INTERNAL;
}

// After a handler has succeeded, replaces the entity by a new one that imports the exported state.
serai_status forget(Layer& layer, serai_entity* entity, serai_call* call, serai_status status) {
  if (status != SERAI_OK || entity == nullptr) return status;
  Wrapped& kept = wrapped(entity);
  const std::uint32_t schema = layer.generation.contract.kinds[kept.kind].schema;
  const serai_export request{sizeof(serai_export), schema, SERAI_FOR_SWAP, 0};
  std::string bytes;
  {
    abi::LentSink sink(bytes);
    const serai_status written =
        layer.module.entity_export(layer.instance, kept.kind, kept.entity, &request, sink.get());
    if (written != SERAI_OK) return fail(layer, call, "export, status " + std::to_string(written));
  }
  const serai_state state{sizeof(serai_state),
                          schema,
                          {kept.key.data(), kept.key.size()},
                          {bytes.data(), bytes.size()}};
  serai_entity* fresh = nullptr;
  std::string why;
  abi::LentSink sink(why);
  const serai_status read =
      layer.module.entity_import(layer.instance, kept.kind, &state, &fresh, sink.get());
  if (read != SERAI_OK || fresh == nullptr) return fail(layer, call, why);
  layer.module.entity_destroy(layer.instance, kept.kind, kept.entity);
  kept.entity = fresh;
  return SERAI_OK;
}

void close(serai_instance* instance) {
  const std::unique_ptr<Layer> layer(&layer_of(instance));
  if (layer->instance != nullptr) layer->module.close(layer->instance);  // as in the host
}

const void* get_extension(serai_instance* instance, serai_str id) {
  const Layer& layer = layer_of(instance);
  return layer.module.get_extension(layer.instance, id);
}

serai_status create(serai_instance* instance,
                    std::uint32_t kind,
                    serai_str key,
                    serai_entity** out) {
  const Layer& layer = layer_of(instance);
  serai_entity* entity = nullptr;
  const serai_status made = layer.module.entity_create(layer.instance, kind, key, &entity);
  return give(made, kind, key, entity, out);
}

serai_status import(serai_instance* instance,
                    std::uint32_t kind,
                    const serai_state* state,
                    serai_entity** out,
                    serai_sink* why) {
  const Layer& layer = layer_of(instance);
  serai_entity* entity = nullptr;
  const serai_status read = layer.module.entity_import(layer.instance, kind, state, &entity, why);
  return give(read, kind, state->key, entity, out);
}

serai_status write(serai_instance* instance,
                   std::uint32_t kind,
                   const serai_entity* entity,
                   const serai_export* request,
                   serai_sink* out) {
  const Layer& layer = layer_of(instance);
  const auto& kept = *reinterpret_cast<const Wrapped*>(entity);
  return layer.module.entity_export(layer.instance, kind, kept.entity, request, out);
}

void destroy(serai_instance* instance, std::uint32_t kind, serai_entity* entity) {
  const Layer& layer = layer_of(instance);
  const std::unique_ptr<Wrapped> kept(&wrapped(entity));
  layer.module.entity_destroy(layer.instance, kind, kept->entity);
}

serai_status handle(serai_instance* instance,
                    serai_entity* entity,
                    serai_call* call,
                    const serai_message* message,
                    serai_frame** frame) {
  Layer& layer = layer_of(instance);
  const serai_status status =
      layer.module.handle(layer.instance, inside(entity), call, message, frame);
  return forget(layer, entity, call, status);
}

serai_status resume(serai_instance* instance,
                    serai_entity* entity,
                    serai_call* call,
                    serai_frame* frame,
                    const serai_completion* completion) {
  Layer& layer = layer_of(instance);
  const serai_status status =
      layer.module.resume(layer.instance, inside(entity), call, frame, completion);
  return forget(layer, entity, call, status);
}

void cancel(serai_instance* instance, serai_frame* frame) {
  const Layer& layer = layer_of(instance);
  layer.module.cancel(layer.instance, frame);
}

serai_status self_test(serai_instance* instance, serai_sink* why) {
  const Layer& layer = layer_of(instance);
  return layer.module.self_test(layer.instance, why);
}

// `open` and the manifest stay empty, because the host has already used those of the wrapped
// module.
serai_module make_entry() {
  serai_module entry{};
  entry.struct_size = sizeof entry;
  entry.magic = SERAI_MAGIC;
  entry.abi_major = SERAI_ABI_MAJOR;
  entry.abi_minor = SERAI_ABI_MINOR;
  entry.close = close;
  entry.get_extension = get_extension;
  entry.entity_create = create;
  entry.entity_import = import;
  entry.entity_export = write;
  entry.entity_destroy = destroy;
  entry.handle = handle;
  entry.resume = resume;
  entry.cancel = cancel;
  entry.self_test = self_test;
  return entry;
}

}  // namespace

void make_forgetful(abi::Generation& generation) {
  static const serai_module kEntry = make_entry();
  auto layer = std::make_unique<Layer>(Layer{generation, *generation.entry, generation.instance});
  generation.instance = reinterpret_cast<serai_instance*>(layer.release());
  generation.entry = &kEntry;
}

}  // namespace serai::testing
