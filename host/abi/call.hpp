// Call: one run of one handler, as the host table sees it. To a module it is the opaque serai_call.
//
// What differs between those who run handlers, a shard and a rehearsal, is behind the virtual
// functions; what the host table checks, counts and notes is the same for both.
//
// Errors  what is refused says what was asked for, why not, and what to do.
// Owner   who runs the handler.
// Thread  the one that the handler runs on.
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

// What one run may pile up before it ends.
struct EffectLimits {
  std::uint64_t effects = UINT64_MAX;
  std::uint64_t effect_bytes = UINT64_MAX;
  std::uint64_t entity_timers = UINT64_MAX;
};
enum class EffectLimit : std::uint8_t { effects, effect_bytes, entity_timers };

}  // namespace serai::abi

struct serai_call {
  serai_call() = default;
  virtual ~serai_call() = default;
  serai_call(const serai_call&) = delete;
  serai_call& operator=(const serai_call&) = delete;

  std::int64_t now_ms = 0;
  serai::Generator* generator = nullptr;  // borrowed
  serai::abi::ConfigReads config_reads;   // what the handler has read, for a replay

  serai::abi::Effects effects;
  std::uint64_t effect_bytes = 0;
  std::string reply;
  std::string error_text;

  serai_status refused = SERAI_OK;  // what the host answered last when it refused something,
  std::string refusal;              // and why: the error text when the handler ends with that
  const char* misuse = nullptr;     // the rule of abi.h that the handler broke
  bool replaying = false;           // asks are granted and come to nothing
  bool unrepeatable = false;        // saw something a replay would not see again

  virtual const serai::abi::ModuleContract& contract() const = 0;
  virtual const serai::abi::HandlerContract& handler() const = 0;
  virtual bool has_entity() const = 0;  // false: the handler is stateless
  virtual bool has_timer(std::uint64_t id) const = 0;
  virtual std::size_t timer_count() const = 0;

  virtual serai::abi::EffectLimits limits() const = 0;
  virtual void refuse_over(serai::abi::EffectLimit limit) = 0;

  // Asks. Each adds to `effects` or begins what its token is completed for later.
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

  // Reads a declared setting and keeps it in config_reads; null: it cannot be read here.
  virtual const serai::abi::ConfigRead* read_config(std::string_view key) = 0;
  virtual bool logs(serai::LogLevel level) const = 0;  // whether lines of this level are kept
  virtual void log(serai::LogLevel level,
                   std::string_view event,
                   std::span<const serai::LogField> fields) const = 0;

  serai_status refuse(serai::Error why) {
    refused = static_cast<serai_status>(why.code);
    refusal = std::move(why.detail);
    return refused;
  }

  // The verdict on a handler: one that threw, or used the host against the rules of abi.h, has
  // failed, whatever it returned. `thrown`: what guarded() has caught; empty: nothing.
  serai_status judged(serai_status status, std::string thrown);
  // Forgets what the last run left, so that the next one can use the memory.
  void clear();
};
