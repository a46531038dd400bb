// serai/module.hpp: the one header a gameplay module includes.
//
//   constexpr auto kModule = serai::module("battle", "1.0.0", kBattle);
//   SERAI_EXPORT_MODULE(kModule);
//
// Thread  an entity's handlers run on its shard, one at a time. Stateless handlers run on all
//         shards at once.
// Errors  every entry catches all exceptions, so that none crosses the border.
// Owner   a module owns its entities' states and nothing else: no statics, no threads, no files, no
//         clocks.
#pragma once

#include "serai/check.hpp"
#include "serai/run.hpp"

namespace serai::inline face {
namespace detail {

using SelfTest = Reply (*)();

template <std::size_t SettingCount, std::size_t AccountCount, class... Kinds>
struct Module {
  std::string_view name;
  std::string_view version;
  std::tuple<Kinds...> kinds;
  std::array<SettingFacts, SettingCount> config{};
  std::array<Accounts, AccountCount> ledger{};
  SelfTest test = nullptr;

  // Adds a function that checks the module's own rules. The host runs it on the loader thread
  // before it accepts a release; a refusal refuses the release.
  constexpr Module self_test(SelfTest function) const {
    return {name, version, kinds, config, ledger, function};
  }
  // Declares the configuration keys that the handlers read.
  template <class... T>
  constexpr auto settings(const Setting<T>&... all) const {
    return Module<sizeof...(T), AccountCount, Kinds...>{
        name, version, kinds, {facts_of(all)...}, ledger, test};
  }
  // Declares the game's accounts that the handlers move money from or to.
  template <std::same_as<Accounts>... A>
  constexpr auto accounts(const A&... all) const {
    return Module<SettingCount, sizeof...(A), Kinds...>{
        name, version, kinds, config, {all...}, test};
  }
};

// The number of kinds with a state before group I: the manifest does not list stateless groups.
template <class Kinds, std::size_t I>
constexpr std::uint32_t kind_number() {
  return []<std::size_t... Before>(std::index_sequence<Before...>) {
    return (0U + ... + (std::tuple_element_t<Before, Kinds>::kStateless ? 0U : 1U));
  }
  (std::make_index_sequence<I>());
}

// The functions of the entry table of one constexpr module. abi.h documents each of them.
template <const auto& module>
class Face {
 public:
  static constexpr auto kText = manifest_text<module>();

  static serai_status open(const serai_host* host, serai_instance** out) noexcept {
    const bool usable = host != nullptr && host->struct_size >= sizeof(serai_host) &&
                        host->abi_major == SERAI_ABI_MAJOR;
    if (!usable) return SERAI_FAILED_PRECONDITION;
    auto* made = new (std::nothrow)
        Instance{host,
                 extension<serai_match_v1>(host, SERAI_EXT_MATCH),
                 extension<serai_ledger_v1>(host, SERAI_EXT_LEDGER),
                 extension<serai_notify_v1>(host, SERAI_EXT_NOTIFY),
                 extension<serai_config_v1>(host, SERAI_EXT_CONFIG),
                 extension<serai_crypto_draft1>(host, SERAI_EXT_CRYPTO),
                 {host, extension<serai_thread_check_v1>(host, SERAI_EXT_THREAD_CHECK)}};
    if (made != nullptr) assert_loader(made->threads);
    *out = reinterpret_cast<serai_instance*>(made);
    return made == nullptr ? SERAI_RESOURCE_EXHAUSTED : SERAI_OK;
  }

  static void close(serai_instance* instance) noexcept {
    assert_loader(threads_of(instance));
    delete reinterpret_cast<Instance*>(instance);
  }

  static const void* get_extension(serai_instance*, serai_str) noexcept { return nullptr; }

  static serai_status create(serai_instance* instance,
                             std::uint32_t kind,
                             serai_str,
                             serai_entity** out) noexcept {
    assert_shard(threads_of(instance));
    return with_kind(kind, [&](const auto& row) {
      using State = typename std::remove_cvref_t<decltype(row)>::State;
      // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): with_kind() catches
      *out = reinterpret_cast<serai_entity*>(new State);
      return accept();
    });
  }

  static serai_status import(serai_instance* instance,
                             std::uint32_t kind,
                             const serai_state* state,
                             serai_entity** out,
                             serai_sink* why) noexcept {
    assert_host_thread(threads_of(instance));
    Reply outcome;
    const serai_status status = with_kind(
        kind,
        [&](const auto& row) {
          auto made = std::make_unique<typename std::remove_cvref_t<decltype(row)>::State>();
          Reply read = import_state(row, state->schema, view(state->bytes), *made);
          if (read.ok()) *out = reinterpret_cast<serai_entity*>(made.release());
          return read;
        },
        &outcome);
    if (status != SERAI_OK) explain(instance, why, outcome);
    return status;
  }

  static serai_status write(serai_instance* instance,
                            std::uint32_t kind,
                            const serai_entity* entity,
                            const serai_export* request,
                            serai_sink* out) noexcept {
    const serai_host& host = *host_of(instance);
    assert_host_thread(threads_of(instance));
    Reply outcome;
    const serai_status status = with_kind(
        kind,
        [&](const auto& row) -> Reply {
          using State = typename std::remove_cvref_t<decltype(row)>::State;
          const auto bytes = export_state(row, state_of<State>(entity), request->schema);
          if (!bytes) return bytes.refusal();
          return reply_of(host.write(&host, out, to_bytes(*bytes)), "the sink is full");
        },
        &outcome);
    if (status != SERAI_OK) {
      const serai_field reason{to_abi("reason"), to_abi(outcome.text())};
      host.log(&host, nullptr, SERAI_LOG_WARN, to_abi("state.export_refused"), &reason, 1);
    }
    return status;
  }

  static void destroy(serai_instance* instance, std::uint32_t kind, serai_entity* entity) noexcept {
    assert_host_thread(threads_of(instance));
    with_kind(kind, [&](const auto& row) {
      delete reinterpret_cast<typename std::remove_cvref_t<decltype(row)>::State*>(entity);
      return accept();
    });
  }

  static serai_status handle(serai_instance* instance,
                             serai_entity* entity,
                             serai_call* call,
                             const serai_message* message,
                             serai_frame** frame) noexcept {
    const Instance& host = *reinterpret_cast<const Instance*>(instance);
    assert_shard(host.threads);
    if (message->struct_size < sizeof(serai_message) || message->handler >= kRuns.size()) {
      return SERAI_UNIMPLEMENTED;
    }
    try {
      return kRuns[message->handler](host, entity, call, *message, frame);
    } catch (...) {
      return broken(host, call);
    }
  }

  static serai_status resume(serai_instance* instance,
                             serai_entity*,
                             serai_call* call,
                             serai_frame* frame,
                             const serai_completion* completion) noexcept {
    assert_shard(threads_of(instance));
    std::unique_ptr<Frame> waiting(reinterpret_cast<Frame*>(frame));
    try {
      Wait& wait = Access::wait(waiting->context);
      serai_frame* same = nullptr;
      if (completion->token != wait.token) return finish_or_wait(std::move(waiting), &same);
      wait.status = completion->status;
      wait.payload.assign(view(completion->payload));
      std::exchange(wait.waiting, {}).resume();
      return finish_or_wait(std::move(waiting), &same);
    } catch (...) {
      return broken(*reinterpret_cast<const Instance*>(instance), call);
    }
  }

  static void cancel(serai_instance* instance, serai_frame* frame) noexcept {
    assert_shard(threads_of(instance));
    delete reinterpret_cast<Frame*>(frame);
  }

  static serai_status self_test(serai_instance* instance, serai_sink* why) noexcept {
    assert_loader(threads_of(instance));
    Reply outcome;
    try {
      each(module.kinds, [&](const auto& kind) {
        if constexpr (!std::remove_cvref_t<decltype(kind)>::kStateless) {
          if (outcome.ok()) outcome = test_kind(kind);
        }
      });
      if (outcome.ok() && module.test != nullptr) outcome = module.test();
    } catch (...) {
      outcome = failure_of(std::current_exception());
    }
    if (!outcome.ok()) explain(instance, why, outcome);
    return static_cast<serai_status>(outcome.status());
  }

 private:
  using Run = serai_status (*)(
      const Instance&, serai_entity*, serai_call*, const serai_message&, serai_frame**);

  template <std::size_t K, std::size_t H>
  static serai_status run_row(const Instance& instance,
                              serai_entity* entity,
                              serai_call* call,
                              const serai_message& message,
                              serai_frame** frame) {
    constexpr const auto& kind = std::get<K>(module.kinds);
    constexpr const auto& row = std::get<H>(kind.handlers);
    using State = typename std::remove_cvref_t<decltype(kind)>::State;
    return run(row, instance, reinterpret_cast<State*>(entity), call, message, frame);
  }

  template <std::size_t K>
  static constexpr auto runs_of() {
    constexpr auto count =
        std::tuple_size_v<std::remove_cvref_t<decltype(std::get<K>(module.kinds).handlers)>>;
    return []<std::size_t... H>(std::index_sequence<H...>) {
      return std::array<Run, count>{&run_row<K, H>...};
    }
    (std::make_index_sequence<count>());
  }

  static constexpr auto runs() {
    return []<std::size_t... K>(std::index_sequence<K...>) {
      return std::apply([](auto... run) { return std::array<Run, sizeof...(run)>{run...}; },
                        std::tuple_cat(runs_of<K>()...));
    }
    (std::make_index_sequence<kGroups>());
  }

  // Calls `visit` with the kind of this number. Returns invalid_argument when there is none.
  template <class Visit>
  static serai_status with_kind(std::uint32_t number, Visit visit, Reply* why = nullptr) noexcept {
    Reply outcome(Status::invalid_argument, "no such kind");
    try {
      [&]<std::size_t... K>(std::index_sequence<K...>) {
        (visit_group<K>(number, visit, outcome), ...);
      }
      (std::make_index_sequence<kGroups>());
    } catch (...) {
      outcome = failure_of(std::current_exception());
    }
    const auto status = static_cast<serai_status>(outcome.status());
    if (why != nullptr) *why = std::move(outcome);
    return status;
  }

  template <std::size_t K, class Visit>
  static void visit_group(std::uint32_t number, Visit& visit, Reply& outcome) {
    using Kinds = std::remove_cvref_t<decltype(module.kinds)>;
    if constexpr (!std::tuple_element_t<K, Kinds>::kStateless) {
      if (kind_number<Kinds, K>() == number) outcome = visit(std::get<K>(module.kinds));
    }
  }

  static serai_status broken(const Instance& instance, serai_call* call) noexcept {
    const Reply reply = failure_of(std::current_exception());
    instance.host->fail(call, to_abi(reply.text()));
    return static_cast<serai_status>(reply.status());
  }

  static void explain(serai_instance* instance, serai_sink* why, const Reply& reply) noexcept {
    const serai_host* host = host_of(instance);
    if (why != nullptr) host->write(host, why, to_bytes(reply.text()));
  }

  static const serai_host* host_of(serai_instance* instance) {
    return reinterpret_cast<const Instance*>(instance)->host;
  }
  static const ThreadCheck& threads_of(serai_instance* instance) {
    return reinterpret_cast<const Instance*>(instance)->threads;
  }

  template <class Table>
  static const Table* extension(const serai_host* host, std::string_view id) {
    const auto* table = static_cast<const Table*>(host->get_extension(host, to_abi(id)));
    return table != nullptr && table->struct_size >= sizeof(Table) ? table : nullptr;
  }

  static constexpr std::size_t kGroups =
      std::tuple_size_v<std::remove_cvref_t<decltype(module.kinds)>>;
  static constexpr auto kRuns = runs();
  static_assert(check(module));
};

}  // namespace detail

// A module: its name, its version and its kinds.
template <class... Kinds>
constexpr auto module(std::string_view name, std::string_view version, Kinds... kinds) {
  return detail::Module<0, 0, Kinds...>{name, version, {kinds...}};
}

// The entry table of a module. It also contains the manifest.
template <const auto& kModule>
constexpr serai_module entry_of(std::string_view manifest = {detail::Face<kModule>::kText.data(),
                                                             detail::Face<kModule>::kText.size()}) {
  using Face = detail::Face<kModule>;
  return {sizeof(serai_module),
          SERAI_MAGIC,
          SERAI_ABI_MAJOR,
          SERAI_ABI_MINOR,
          0,
          {manifest.data(), manifest.size()},
          Face::open,
          Face::close,
          Face::get_extension,
          Face::create,
          Face::import,
          Face::write,
          Face::destroy,
          Face::handle,
          Face::resume,
          Face::cancel,
          Face::self_test};
}

}  // namespace serai::inline face

// serai_add_module() defines SERAI_MODULE_VERSION; the version in the code must be the same.
#ifdef SERAI_MODULE_VERSION
#define SERAI_CHECK_VERSION(table) \
  static_assert((table).version == SERAI_MODULE_VERSION, "CMake names another version")
#else
#define SERAI_CHECK_VERSION(table) static_assert(true)
#endif

// Puts the manifest into its ELF section and exports the module's one symbol.
#define SERAI_EXPORT_MODULE(table)                                                         \
  SERAI_CHECK_VERSION(table);                                                              \
  SERAI_MANIFEST_SECTION static constexpr auto serai_manifest =                            \
      ::serai::detail::manifest_text<table>();                                             \
  extern "C" __attribute__((visibility("default"))) const serai_module serai_module_entry; \
  const serai_module serai_module_entry =                                                  \
      ::serai::entry_of<table>({serai_manifest.data(), serai_manifest.size()})
