#include "support/counter_module.hpp"

#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string>

#include "abi/host_table.hpp"
#include "base/assert.hpp"
#include "serai/ext/config.h"
#include "serai/ext/ledger.h"
#include "serai/ext/match.h"
#include "serai/ext/notify.h"

namespace serai::testing {
namespace {

struct Instance {
  const serai_host* host;
  int version;
  std::function<void()> at_import;
  std::function<void(std::string_view)> at_tick;
};
struct State {
  std::int64_t value = 0;
  std::int64_t trail = 0;
};
struct Frame {
  std::uint32_t handler;
};

std::string_view view(serai_str text) { return {text.data, text.size}; }
std::string_view view(serai_bytes bytes) {
  return {static_cast<const char*>(bytes.data), bytes.size};
}
serai_bytes bytes_of(std::string_view text) { return {text.data(), text.size()}; }
serai_str str_of(std::string_view text) { return {text.data(), text.size()}; }

std::int64_t number_in(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint32_t nap_ms(std::string_view payload) {
  return payload.empty() ? 100 : static_cast<std::uint32_t>(number_in(payload));
}

Instance& self(serai_instance* instance) { return *reinterpret_cast<Instance*>(instance); }
State& state_of(serai_entity* entity) { return *reinterpret_cast<State*>(entity); }

enum Handler : std::uint32_t {
  kAdd,
  kAddDurable,
  kSpoil,
  kNap,
  kAsk,
  kSvcAdd,
  kAskSelf,
  kLater,
  kRing,
  kEnd,
  kPay,
  kTell,
  kEcho,
  kDice,
  kNotify,
  kRelay,
  kTry,
  kPassOn,
  kJoin,
  kLeave,
  kHit,
  kTick,
  kOpen,
  kShoutRaw,
};

constexpr const char* kManifest = R"({"serai":1,"name":"counter","version":"%","abi":"1.0",
 "config":[{"key":"step","type":"integer"}],
 "accounts":[{"prefix":"till:","below_zero":true},{"prefix":"chest:"},{"prefix":"gems:","currency":"gems","purse":true}],
 "kinds":[{"name":"counter","schema":%,"reads":[1,%],"writes":[1,%],"idle_s":60},
          {"name":"arena","schema":%,"reads":[1,%],"writes":[1,%],"match":true,"players_max":2,"tick_hz":10}],
 "handlers":[
  {"name":"add","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true},
  {"name":"add_durable","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true,"durable":true,"idempotent":true},
  {"name":"spoil","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true},
  {"name":"nap","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true},
  {"name":"ask","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true,"durable":true},
  {"name":"svc_add","on":"rpc","kind":"counter","creates":true,"durable":true},
  {"name":"ask_self","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true},
  {"name":"later","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true,"durable":true},
  {"name":"ring","on":"timer","kind":"counter"},
  {"name":"end","on":"rpc","kind":"counter","key":"caller","client":true},
  {"name":"pay","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true,"durable":true},
  {"name":"tell","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true,"durable":true},
  {"name":"echo","on":"rpc","client":true},
  {"name":"dice","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true},
  {"name":"notify","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true},
  {"name":"relay","on":"rpc","client":true},
  {"name":"try","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true},
  {"name":"pass_on","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true},
  {"name":"join","on":"join","kind":"arena"},
  {"name":"leave","on":"leave","kind":"arena"},
  {"name":"hit","on":"data","op":1,"kind":"arena"},
  {"name":"tick","on":"tick","kind":"arena"},
  {"name":"open","on":"rpc","kind":"arena","key":"fresh","client":true,"creates":true,"durable":true,"idempotent":true},
  {"name":"shout_raw","on":"data","op":2,"kind":"arena"}]})";

serai_status import_entity(serai_instance* instance,
                           std::uint32_t,
                           const serai_state* in,
                           serai_entity** out,
                           serai_sink* why) {
  if (self(instance).at_import) self(instance).at_import();
  const std::string_view text = view(in->bytes);
  const std::string prefix = "v" + std::to_string(in->schema) + ":";
  if (!text.starts_with(prefix) || in->schema > static_cast<unsigned>(self(instance).version)) {
    self(instance).host->write(self(instance).host, why, bytes_of("not a counter"));
    return SERAI_DATA_LOSS;
  }
  const std::int64_t value = number_in(text.substr(prefix.size()));
  const std::size_t space = text.find(' ');
  const std::int64_t trail = space == text.npos ? 0 : number_in(text.substr(space + 1));
  if (self(instance).version == 2 && value == 666) {
    self(instance).host->write(self(instance).host, why, bytes_of("666 is cursed"));
    return SERAI_FAILED_PRECONDITION;
  }
  *out = reinterpret_cast<serai_entity*>(new State{value, trail});
  return SERAI_OK;
}

serai_status export_entity(serai_instance* instance,
                           std::uint32_t,
                           const serai_entity* entity,
                           const serai_export* request,
                           serai_sink* out) {
  const State& state = *reinterpret_cast<const State*>(entity);
  if (state.value == 707) return SERAI_INTERNAL;
  if (request->schema == 1 && self(instance).version == 2 && state.value == 1313) {
    return SERAI_FAILED_PRECONDITION;
  }
  std::string text = "v" + std::to_string(request->schema) + ":" + std::to_string(state.value);
  if (state.trail != 0) text += " " + std::to_string(state.trail);
  return self(instance).host->write(self(instance).host, out, bytes_of(text));
}

void destroy_entity(serai_instance*, std::uint32_t, serai_entity* entity) {
  delete reinterpret_cast<State*>(entity);
}

serai_status create_entity(serai_instance*, std::uint32_t, serai_str, serai_entity** out) {
  *out = reinterpret_cast<serai_entity*>(new State{});
  return SERAI_OK;
}

serai_status reply_value(const serai_host& host, serai_call* call, std::int64_t value) {
  const std::string text = std::to_string(value);
  return host.reply(call, bytes_of(text));
}

serai_target counter_target(std::string_view key, std::string_view handler) {
  return {sizeof(serai_target), 0, str_of("counter"), str_of(key), str_of(handler)};
}

serai_status wait_for(serai_status begun, const serai_message& message, serai_frame** frame) {
  if (begun == SERAI_PENDING) *frame = reinterpret_cast<serai_frame*>(new Frame{message.handler});
  return begun;
}

const serai_match_v1& match(const serai_host& host) {
  return *static_cast<const serai_match_v1*>(host.get_extension(&host, str_of(SERAI_EXT_MATCH)));
}

serai_status shout(const serai_host& host,
                   serai_call* call,
                   std::int64_t op,
                   std::string_view text) {
  return match(host).broadcast(call, op, bytes_of(text), nullptr, 0);
}

serai_status pay_toll(const serai_host& host,
                      serai_call* call,
                      std::string_view account,
                      std::int64_t amount,
                      std::string_view receiver = "sink") {
  const auto* ledger =
      static_cast<const serai_ledger_v1*>(host.get_extension(&host, str_of(SERAI_EXT_LEDGER)));
  const serai_ledger_entry entries[] = {{str_of(account), -amount}, {str_of(receiver), amount}};
  return ledger->transfer(call, str_of("k"), str_of("toll"), entries, 2, 1);
}

serai_status pay(const serai_host& host, serai_call* call, const serai_message& message) {
  const std::string account = "player:" + std::string(view(message.user_id));
  return pay_toll(host, call, account, number_in(view(message.payload)));
}

// Adds the timer's payload. Fails for the numbers kRefuses, kThrows and kRefusesLater.
serai_status ring(const serai_host& host,
                  State& state,
                  serai_call* call,
                  const serai_message& m,
                  serai_frame** frame) {
  if (state.value == kRefuses) {
    state.value += 1;  // must be undone
    host.timer_set(call, 1, 1, str_of("ring"), bytes_of("7"));
    host.fail(call, str_of("not now"));
    return SERAI_FAILED_PRECONDITION;
  }
  if (state.value == kThrows) throw std::runtime_error("thrown out");
  if (state.value == kRefusesLater) return wait_for(host.sleep(call, 50, 7), m, frame);
  state.value += number_in(view(m.payload));
  const std::string id = std::to_string(m.timer_id);
  const serai_field fields[] = {{str_of("timer_id"), str_of(id)}};
  host.log(&host, call, SERAI_LOG_INFO, str_of("bell.rang"), fields, 1);
  return SERAI_OK;
}

// Notifies the caller. "kept" sends a persistent notification; "undone" notifies and then fails.
serai_status notify(const serai_host& host, serai_call* call, const serai_message& message) {
  const auto* notices =
      static_cast<const serai_notify_v1*>(host.get_extension(&host, str_of(SERAI_EXT_NOTIFY)));
  const std::string_view payload = view(message.payload);
  const serai_notification notification{sizeof(serai_notification),
                                        7,
                                        message.user_id,
                                        str_of("news"),
                                        str_of(R"({"of":"the day"})"),
                                        payload == "kept" ? 1u : 0u,
                                        0};
  const serai_status status = notices->notify(call, &notification);
  return payload == "undone" ? SERAI_FAILED_PRECONDITION : status;
}

// Decides whether a player may join: "mallory" may not, and "late N" is accepted after N ms.
serai_status judge(const serai_host& host,
                   serai_call* call,
                   const serai_message& m,
                   serai_frame** frame) {
  const std::string_view name = view(m.username);
  if (name.starts_with("late ")) {
    return wait_for(host.sleep(call, nap_ms(name.substr(5)), 7), m, frame);
  }
  if (name == "mallory") {
    host.fail(call, str_of("not you"));
    return SERAI_PERMISSION_DENIED;
  }
  return shout(host, call, 10, "welcome " + std::string(name));
}

// Folds the number of the tick, a random number and the state's number into the trail. So the trail
// depends on all of them and on their order.
void tick(const serai_host& host, State& state, serai_call* call, std::uint64_t number) {
  auto trail = static_cast<std::uint64_t>(state.trail);
  for (const std::uint64_t seen :
       {number, host.random(call), static_cast<std::uint64_t>(state.value)}) {
    trail = (trail ^ seen) * 0x100000001b3;  // FNV-1a
  }
  state.trail = static_cast<std::int64_t>(trail);
}

// Calls the host function of the payload, "<what> <argument>", and adds the status of a refusal to
// the number. So the run succeeds whatever the host returns, and the state stores the status.
serai_status try_asking(const serai_host& host,
                        State& state,
                        serai_call* call,
                        const serai_message& m,
                        serai_frame** frame) {
  const std::string_view payload = view(m.payload);
  const std::size_t space = payload.find(' ');
  const std::string_view what = payload.substr(0, space);
  const std::string_view argument = payload.substr(space + 1);
  const std::uint64_t timer = static_cast<std::uint64_t>(number_in(argument));
  const serai_target target = counter_target("somebody", argument);
  const serai_target itself = counter_target(view(m.entity_key), "svc_add");
  serai_status status = SERAI_INVALID_ARGUMENT;
  if (what == "call") status = host.call(call, &target, bytes_of("5"), 0, 7);
  if (what == "itself") status = host.call(call, &itself, bytes_of("5"), 0, 7);
  if (what == "send") status = host.send(call, &target, bytes_of("9"));
  if (what == "set") status = host.timer_set(call, timer, 60'000, str_of("ring"), {});
  if (what == "cancel") status = host.timer_cancel(call, timer);
  if (what == "ring") status = host.timer_set(call, 1, 60'000, str_of(argument), {});
  if (what == "notify") status = notify(host, call, m);
  if (what == "config") {
    const auto* config =
        static_cast<const serai_config_v1*>(host.get_extension(&host, str_of(SERAI_EXT_CONFIG)));
    serai_str value{};
    status = config->get(call, str_of("step"), &value);
    state.value += number_in(view(value));
  }
  if (what == "shout") status = shout(host, call, number_in(argument), "hey");
  if (what == "pay_from") status = pay_toll(host, call, argument, 5);
  if (what == "pay_gems_from") status = pay_toll(host, call, argument, 5, "gems:7");
  if (what == "kick") status = match(host).kick(call, str_of(argument));
  if (what == "label") {
    const std::string label(static_cast<std::size_t>(number_in(argument)), 'x');
    status = match(host).set_label(call, str_of(label));
  }
  if (status == SERAI_PENDING) return wait_for(status, m, frame);
  if (m.handler == kPassOn) return status;
  state.value += status;
  return reply_value(host, call, state.value);
}

serai_status handle_arena(const serai_host& host,
                          State& state,
                          serai_call* call,
                          const serai_message& m,
                          serai_frame** frame) {
  switch (m.handler) {
    case kOpen:
      return host.reply(call, bytes_of(view(m.entity_key)));
    case kJoin:
      return judge(host, call, m, frame);
    case kLeave:
      return shout(host, call, 11, "bye " + std::string(view(m.username)));
    case kHit:
      if (view(m.payload) == "foul") {
        host.fail(call, str_of("no fouls"));
        return SERAI_FAILED_PRECONDITION;
      }
      if (view(m.payload) == "whisper") {
        const serai_str nobody{};
        return match(host).broadcast(call, 14, bytes_of("psst"), &nobody, 0);
      }
      ++state.value;
      return shout(host, call, 12, std::to_string(state.value));
    case kShoutRaw:
      state.value += 1 + shout(host, call, 13, view(m.payload));
      return SERAI_OK;
    default:
      return SERAI_OK;
  }
}

// Calls the counter and handler of the payload, "<key> <handler>", with 5. A stateless handler.
serai_status relay(const serai_host& host,
                   serai_call* call,
                   const serai_message& message,
                   serai_frame** frame) {
  const std::string_view payload = view(message.payload);
  const std::size_t space = payload.find(' ');
  const serai_target target = counter_target(payload.substr(0, space), payload.substr(space + 1));
  return wait_for(host.call(call, &target, bytes_of("5"), 0, 7), message, frame);
}

serai_status handle(serai_instance* instance,
                    serai_entity* entity,
                    serai_call* call,
                    const serai_message* message,
                    serai_frame** frame) {
  const serai_host& host = *self(instance).host;
  const std::string_view payload = view(message->payload);
  if (message->handler == kEcho) return host.reply(call, message->payload);
  if (message->handler == kRelay) return relay(host, call, *message, frame);
  State& state = state_of(entity);
  if (message->handler == kTick) {
    if (self(instance).at_tick) self(instance).at_tick(view(message->entity_key));
    tick(host, state, call, message->tick);
    return SERAI_OK;
  }
  if (message->handler >= kJoin) return handle_arena(host, state, call, *message, frame);
  switch (message->handler) {
    case kAdd:
    case kAddDurable:
    case kSvcAdd:
      state.value += number_in(payload);
      return reply_value(host, call, state.value);
    case kSpoil:
      state.value += 1'000'000;
      host.fail(call, str_of("spoiled"));
      return payload == "refuse" ? SERAI_FAILED_PRECONDITION : SERAI_INTERNAL;
    case kNap:
      return wait_for(host.sleep(call, nap_ms(payload), 7), *message, frame);
    case kAsk: {
      const serai_target target = counter_target(payload, "svc_add");
      return wait_for(host.call(call, &target, bytes_of("5"), 0, 7), *message, frame);
    }
    case kAskSelf: {
      const serai_target target = counter_target(view(message->entity_key), "svc_add");
      return host.call(call, &target, bytes_of("5"), 0, 7);
    }
    case kLater:
      return host.timer_set(call, 1, 1000, str_of("ring"), bytes_of("100"));
    case kRing:
      return ring(host, state, call, *message, frame);
    case kEnd:
      return host.close(call);
    case kPay:
      return wait_for(pay(host, call, *message), *message, frame);
    case kTell: {
      const serai_target target = counter_target(payload, "svc_add");
      return host.send(call, &target, bytes_of("9"));
    }
    case kDice: {
      const std::uint64_t dice = host.random(call) % 1000;
      state.value += static_cast<std::int64_t>(dice);
      return reply_value(host, call, state.value);
    }
    case kNotify:
      return notify(host, call, *message);
    case kPassOn:
      if (payload == "silence") return SERAI_ALREADY_EXISTS;
      if (payload == "own words") {
        const serai_target nobody = counter_target("somebody", "absent");
        const serai_status status = host.send(call, &nobody, {});
        host.fail(call, str_of("nobody of that name"));
        return status;
      }
      [[fallthrough]];
    case kTry:
      return try_asking(host, state, call, *message, frame);
    default:
      return SERAI_UNIMPLEMENTED;
  }
}

serai_status resume(serai_instance* instance,
                    serai_entity* entity,
                    serai_call* call,
                    serai_frame* frame,
                    const serai_completion* completion) {
  const std::unique_ptr<Frame> owned(reinterpret_cast<Frame*>(frame));
  const serai_host& host = *self(instance).host;
  if (entity != nullptr) state_of(entity).value += 1;
  if (completion->status != SERAI_OK) {
    host.fail(call, {static_cast<const char*>(completion->payload.data), completion->payload.size});
    return completion->status;
  }
  if (owned->handler == kRelay) return host.reply(call, completion->payload);
  if (owned->handler == kRing) {
    host.fail(call, str_of("not even later"));
    return SERAI_ABORTED;
  }
  State& state = state_of(entity);
  if (owned->handler == kAsk) state.value += number_in(view(completion->payload));
  return reply_value(host, call, state.value);
}

void cancel(serai_instance*, serai_frame* frame) { delete reinterpret_cast<Frame*>(frame); }

void close_instance(serai_instance* instance) { delete reinterpret_cast<Instance*>(instance); }

template <int kVersion>
serai_status open_instance(const serai_host* host, serai_instance** out) {
  *out = reinterpret_cast<serai_instance*>(new Instance{host, kVersion, {}, {}});
  return SERAI_OK;
}

const void* get_extension(serai_instance*, serai_str) { return nullptr; }

serai_status self_test(serai_instance*, serai_sink*) { return SERAI_OK; }

template <int kVersion>
constexpr serai_module kEntry{sizeof(serai_module),
                              SERAI_MAGIC,
                              SERAI_ABI_MAJOR,
                              SERAI_ABI_MINOR,
                              0,
                              {},
                              open_instance<kVersion>,
                              close_instance,
                              get_extension,
                              create_entity,
                              import_entity,
                              export_entity,
                              destroy_entity,
                              handle,
                              resume,
                              cancel,
                              self_test};

}  // namespace

std::unique_ptr<abi::Generation> make_counter_module(std::uint64_t id,
                                                     int version,
                                                     std::function<void()> at_import,
                                                     std::function<void(std::string_view)> at_tick,
                                                     const EditManifest& edit) {
  std::string manifest = kManifest;
  if (edit) edit(manifest);
  for (std::size_t at = manifest.find('%'); at != std::string::npos; at = manifest.find('%')) {
    manifest.replace(at, 1, std::to_string(version));
  }
  auto generation = std::make_unique<abi::Generation>();
  generation->id = id;
  Result<abi::ModuleContract> contract = abi::parse_contract(manifest);
  SERAI_ASSERT(contract.ok());
  generation->contract = *std::move(contract);
  generation->entry = version == 1 ? &kEntry<1> : &kEntry<2>;
  generation->give_host({abi::host_table(), nullptr, {}});
  SERAI_ASSERT(generation->entry->open(&generation->host.table, &generation->instance) == SERAI_OK);
  self(generation->instance).at_import = std::move(at_import);
  self(generation->instance).at_tick = std::move(at_tick);
  return generation;
}

}  // namespace serai::testing
