// ReplayedCall: a run of a handler in the probe. It has the time, random numbers and configuration
// of the recorded run. Its requests are stored in `effects` and compared, not carried out.
//
// Errors  unavailable: only a running host can answer the request; beyond() names it.
// Thread  the only thread of the probe.
// Owner   borrows the contract, the descriptors and the generator.
#pragma once

#include <string>

#include "abi/call.hpp"
#include "loading/descriptors.hpp"

namespace serai::rehearsal {

class ReplayedCall final : public serai_call {
 public:
  ReplayedCall(const abi::ModuleContract& contract,
               const abi::HandlerContract& handler,
               const loading::Descriptors& descriptors)
      : contract_(contract), handler_(handler), descriptors_(descriptors) {}

  // The request that a probe cannot answer, "a balance"; empty: there was none.
  const std::string& beyond() const { return beyond_; }

  const abi::ModuleContract& contract() const override { return contract_; }
  const abi::HandlerContract& handler() const override { return handler_; }
  bool has_entity() const override { return true; }
  bool has_timer(std::uint64_t) const override { return false; }
  std::size_t timer_count() const override { return 0; }

  // No limits: they held for the recorded run, and the probe's memory limit ends an endless loop.
  abi::EffectLimits limits() const override { return {}; }
  void refuse_over(abi::EffectLimit) override {}

  Result<> send(const serai_target& target, std::string_view payload) override;
  Result<> call(const serai_target&, std::string_view, std::uint32_t, std::uint64_t) override;
  Result<> sleep(std::uint32_t delay_ms, std::uint64_t token) override;
  // Stores the payload as the module gave it, so that it is compared field by field.
  Result<> broadcast(std::int64_t op_code,
                     std::string_view payload,
                     std::optional<std::vector<Uuid>> targets) override;
  Result<> notify(Notification notification) override;
  Result<> transfer(LedgerTransfer transfer, std::uint64_t token) override;
  Result<> balance(std::string account, std::uint64_t token) override;
  const abi::ConfigRead* read_config(std::string_view key) override;
  bool logs(LogLevel) const override { return false; }
  void log(LogLevel, std::string_view, std::span<const LogField>) const override {}

 private:
  Error refuse_beyond(std::string what);

  const abi::ModuleContract& contract_;
  const abi::HandlerContract& handler_;
  const loading::Descriptors& descriptors_;
  std::string beyond_;
};

}  // namespace serai::rehearsal
