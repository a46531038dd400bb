// A module's debug build in a host that denies every thread tag: each entry of the C++ face must
// end the process. Prints the entries that did not.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "camp.pb.h"
#include "serai/module.hpp"

#ifdef NDEBUG
#error "this program is about debug builds"
#endif

namespace {

bool allows = true;

constexpr serai_thread_check_v1 kThreads{
    sizeof(serai_thread_check_v1),
    0,
    [](const serai_host*) -> std::uint32_t { return allows ? 1 : 0; },
    [](const serai_host*) -> std::uint32_t { return allows ? 1 : 0; },
    [](const serai_host*, const serai_call*) -> std::uint32_t { return allows ? 1 : 0; }};

// Offers time and the thread tags.
serai_host make_host() {
  serai_host host{};
  host.struct_size = sizeof host;
  host.abi_major = SERAI_ABI_MAJOR;
  host.get_extension = [](const serai_host*, serai_str id) -> const void* {
    return serai::view(id) == SERAI_EXT_THREAD_CHECK ? &kThreads : nullptr;
  };
  host.now_ms = [](serai_call*) -> std::int64_t { return 1; };
  host.fail = [](serai_call*, serai_str) {};
  return host;
}

serai::Reply on_look(camp::Camp&, serai::Entity& entity) {
  allows = false;  // as if the context were used after its handler
  entity.now_ms();
  return serai::accept();
}

constexpr serai::Call<camp::Look> kLook{"camp", "svc_look"};
constexpr auto kModule = serai::module(
    "camp", "1.0.0", serai::kind<camp::Camp>({.name = "camp"}, serai::call(kLook, on_look)));
constexpr serai_module kEntry = serai::entry_of<kModule>();

serai_entity* create(serai_instance* instance) {
  serai_entity* entity = nullptr;
  kEntry.entity_create(instance, 0, {"a", 1}, &entity);
  return entity;
}

serai_status handle(serai_instance* instance, serai_entity* entity) {
  serai_message message{};
  message.struct_size = sizeof message;
  serai_frame* frame = nullptr;
  return kEntry.handle(instance, entity, nullptr, &message, &frame);
}

struct Case {
  const char* name;
  bool allows;  // the host's reply when the entry is called
  void (*run)(serai_instance* instance, serai_entity* entity);
};

constexpr Case kCases[] = {
    {"entity_create", false, [](serai_instance* instance, serai_entity*) { create(instance); }},
    {"entity_destroy",
     false,
     [](serai_instance* instance, serai_entity* entity) {
       kEntry.entity_destroy(instance, 0, entity);
     }},
    {"handle",
     false,
     [](serai_instance* instance, serai_entity* entity) { handle(instance, entity); }},
    {"now_ms",
     true,
     [](serai_instance* instance, serai_entity* entity) { handle(instance, entity); }},
    {"self_test",
     false,
     [](serai_instance* instance, serai_entity*) { kEntry.self_test(instance, nullptr); }},
    {"close", false, [](serai_instance* instance, serai_entity*) { kEntry.close(instance); }},
};

// Whether the case ends its process by an assertion.
bool ends(const Case& one, const serai_host& host) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    serai_instance* instance = nullptr;
    kEntry.open(&host, &instance);
    serai_entity* entity = create(instance);
    allows = one.allows;
    one.run(instance, entity);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

int main() {
  const serai_host host = make_host();
  int failed = 0;
  for (const Case& one : kCases) {
    if (ends(one, host)) continue;
    std::printf("%s went on\n", one.name);
    ++failed;
  }
  // Calls on the right thread must not end the process.
  serai_instance* instance = nullptr;
  serai_entity* entity = nullptr;
  const bool opened = kEntry.open(&host, &instance) == SERAI_OK;
  if (opened) entity = create(instance);
  if (entity == nullptr) return 1;
  kEntry.entity_destroy(instance, 0, entity);
  kEntry.close(instance);
  return failed;
}
