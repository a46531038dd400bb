// ProbeSide: one version of a module inside the probe.
//
// Errors  failed_precondition: the module's function, with its reason or the text of its exception.
//         open(): also the errors of read_file(), verify_module() and SharedLibrary.
// Thread  the only thread of the probe.
// Owner   the side owns the code and the instance. An Entity must be destroyed before its side.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "abi/call.hpp"
#include "abi/generation.hpp"
#include "abi/module_states.hpp"
#include "base/result.hpp"
#include "loading/descriptors.hpp"

namespace serai::rehearsal {

class ProbeSide {
 public:
  // Destroys an entity by the module that created it.
  struct Drop {
    const ProbeSide* side = nullptr;
    int kind = 0;
    void operator()(serai_entity* entity) const;
  };
  using Entity = std::unique_ptr<serai_entity, Drop>;

  static Result<std::unique_ptr<ProbeSide>> open(const std::filesystem::path& file);

  const abi::ModuleContract& contract() const { return code_->contract; }
  const loading::Descriptors& descriptors() const { return *descriptors_; }
  int kind_index(std::string_view kind) const { return contract().kind_index(kind); }  // -1: none
  const abi::KindContract& kind(int index) const {
    return contract().kinds[static_cast<std::size_t>(index)];
  }

  Result<> self_test() const;
  Result<Entity> create(int kind, std::string_view key) const;
  Result<Entity> import_state(int kind,
                              std::string_view key,
                              std::uint32_t schema,
                              std::string_view bytes) const;
  // Also checks that the module has written the message that its manifest names as the state.
  Result<std::string> export_state(int kind, const Entity& entity, std::uint32_t schema) const;
  // Runs one handler as the runtime does. A handler that waits is cancelled: SERAI_PENDING.
  serai_status handle(const Entity& entity, const serai_message& message, serai_call& call) const;

 private:
  ProbeSide(std::unique_ptr<abi::Generation> code,
            std::shared_ptr<const loading::Descriptors> descriptors)
      : code_(std::move(code)), descriptors_(std::move(descriptors)), states_(*code_) {}

  std::unique_ptr<abi::Generation> code_;
  std::shared_ptr<const loading::Descriptors> descriptors_;  // the transcoder of code_ shares them
  abi::ModuleStates states_;
};

}  // namespace serai::rehearsal
