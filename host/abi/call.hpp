// Call: one run of one handler, as the host table sees it. To a module it is the opaque serai_call.
//
// A shard and a rehearsal both run handlers, and each derives a class of its own. The checks,
// counts and effects of the host table are the same in both; the virtual functions differ.
//
// Errors  name the request, the reason of the refusal, and the remedy.
// Owner   the shard or the rehearsal that runs the handler.
// Thread  the thread that runs the handler.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abi/config_read.hpp"
#include "abi/contract.hpp"
#include "abi/effects.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "model/generator.hpp"
#include "model/ledger_transfer.hpp"
#include "serai/abi.h"

namespace serai::abi {

// Limits on the effects of one run, and on the timers that an entity may have set.
struct EffectLimits {
  std::uint64_t effects = UINT64_MAX;
  std::uint64_t effect_bytes = UINT64_MAX;  // of their payloads
  std::uint64_t entity_timers = UINT64_MAX;
};
enum class EffectLimit : std::uint8_t { effects, effect_bytes, entity_timers };

}  // namespace serai::abi

struct serai_call {
  serai_call() = default;
  virtual ~serai_call() = default;
  serai_call(const serai_call&) = delete;
  serai_call& operator=(const serai_call&) = delete;

  std::int64_t now_ms = 0;                // Unix time
  serai::Generator* generator = nullptr;  // borrowed
  serai::abi::ConfigReads config_reads;   // the settings that the handler has read, for a replay

  serai::abi::Effects effects;
  std::uint64_t effect_bytes = 0;  // of the payloads in `effects`
  std::string reply;
  std::string error_text;

  // The status and the reason of the host's last refusal. When the handler ends with that status,
  // the reason becomes its error text.
  serai_status refused = SERAI_OK;
  std::string refusal;

  const char* misuse = nullptr;  // the rule of abi.h that the handler broke; null: none
  bool replaying = false;        // requests are granted and not carried out
  bool restoring = false;        // a replay that sets and cancels the entity's timers
  bool unrepeatable = false;     // a replay would not give the handler the same answers

  virtual const serai::abi::ModuleContract& contract() const = 0;
  virtual const serai::abi::HandlerContract& handler() const = 0;
  virtual bool has_entity() const = 0;  // false: the handler is stateless
  virtual bool has_timer(std::uint64_t id) const = 0;
  virtual std::size_t timer_count() const = 0;

  virtual serai::abi::EffectLimits limits() const = 0;
  // Refuses a request, because it would exceed the limit.
  virtual void refuse_over(serai::abi::EffectLimit limit) = 0;

  // Requests of the handler. Each adds to `effects`, or starts a wait that `token` identifies.
  virtual serai::Result<> send(const serai_target& target, std::string_view payload) = 0;
  virtual serai::Result<> call(const serai_target& target,
                               std::string_view payload,
                               std::uint32_t deadline_ms,
                               std::uint64_t token) = 0;
  virtual serai::Result<> sleep(std::uint32_t delay_ms, std::uint64_t token) = 0;
  virtual serai::Result<> broadcast(std::int64_t op_code,
                                    std::string_view payload,
                                    std::optional<std::vector<serai::Uuid>> targets) = 0;
  virtual serai::Result<> notify(serai::Notification notification) = 0;
  virtual serai::Result<> transfer(serai::LedgerTransfer transfer, std::uint64_t token) = 0;
  virtual serai::Result<> balance(std::string account, std::uint64_t token) = 0;

  // Reads a declared setting and stores it in config_reads; null: it cannot be read here.
  virtual const serai::abi::ConfigRead* read_config(std::string_view key) = 0;
  virtual bool logs(serai::LogLevel level) const = 0;  // whether lines of this level are written
  virtual void log(serai::LogLevel level,
                   std::string_view event,
                   std::span<const serai::LogField> fields) const = 0;

  // Stores the refusal, and returns its status.
  serai_status refuse(serai::Error why) {
    refused = static_cast<serai_status>(why.code);
    refusal = std::move(why.detail);
    return refused;
  }

  // The final status of a handler that returned `status`. A handler that threw or that broke a rule
  // of abi.h has failed, whatever it returned. `thrown`: the text from guarded(); empty: no
  // exception.
  serai_status judged(serai_status status, std::string thrown);
  // Removes the data of the last run, so that the next run can reuse the memory.
  void clear();
};
