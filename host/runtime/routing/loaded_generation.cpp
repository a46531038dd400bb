#include "runtime/routing/loaded_generation.hpp"

#include <algorithm>

namespace serai::runtime {

const std::string* NameTable::intern(const std::string& name) {
  auto& slot = names_[name];
  if (slot == nullptr) slot = std::make_unique<const std::string>(name);
  return slot.get();
}

LoadedGeneration::LoadedGeneration(std::unique_ptr<abi::Generation> generation,
                                   NameTable& names,
                                   std::uint32_t shard_count)
    : generation_(std::move(generation)),
      kinds_(generation_->contract.kinds.size()),
      figures_(std::make_unique<Figures[]>(shard_count)),
      shard_count_(shard_count),
      served_by_{names.intern(contract().name), names.intern(contract().version), generation_->id} {
  const auto& handlers = contract().handlers;
  for (std::uint32_t i = 0; i < shard_count; ++i) {
    figures_[i].handlers = std::vector<std::array<OutcomeCell, kCallerCells>>(handlers.size());
  }
  for (int i = 0; i < static_cast<int>(handlers.size()); ++i) {
    const abi::HandlerContract& declared = handler(i);
    names_.push_back(names.intern(declared.name));
    if (declared.trigger == abi::Trigger::rpc) {
      rpcs_.emplace(names_.back(), i);
      continue;
    }
    KindTable& kind = kinds_[static_cast<std::size_t>(declared.kind_index)];
    switch (declared.trigger) {
      case abi::Trigger::join:
        kind.join = i;
        break;
      case abi::Trigger::leave:
        kind.leave = i;
        break;
      case abi::Trigger::tick:
        kind.tick = i;
        break;
      case abi::Trigger::data:
        kind.data.emplace(declared.op_code, i);
        break;
      case abi::Trigger::timer:
        kind.timers.emplace(declared.name, i);
        break;
      case abi::Trigger::rpc:
        break;
    }
  }
}

int LoadedGeneration::rpc(const std::string* interned) const {
  const auto found = rpcs_.find(interned);
  return found == rpcs_.end() ? -1 : found->second;
}

GenerationFigures LoadedGeneration::total() const {
  GenerationFigures out;
  out.generation = generation_->id;
  out.module = contract().name;
  out.version = contract().version;
  out.callers.resize(kCallerCells);
  for (const abi::HandlerContract& handler : contract().handlers) {
    std::string name = handler.kind.empty() ? handler.name : handler.kind + "/" + handler.name;
    out.handlers.push_back({std::move(name), std::vector<Outcomes>(kCallerCells)});
  }
  for (std::uint32_t i = 0; i < shard_count_; ++i) {
    out.entities += figures_[i].entities;
    out.calls += figures_[i].calls;
    out.failures += figures_[i].failures;
    out.overruns += figures_[i].overruns;
    out.late_ticks += figures_[i].late_ticks;
    out.unreadable += figures_[i].unreadable;
    out.busy_us += figures_[i].busy_us;
    for (std::size_t at = 0; at < out.latency.size(); ++at) {
      out.latency[at] += figures_[i].latency[at];
    }
    for (std::size_t at = 0; at < kCallerCells; ++at) {
      figures_[i].callers[at].add_to(out.callers[at]);
      for (std::size_t handler = 0; handler < out.handlers.size(); ++handler) {
        figures_[i].handlers[handler][at].add_to(out.handlers[handler].callers[at]);
      }
    }
  }
  for (const HandlerFigures& handler : out.handlers) {
    for (const Outcomes& caller : handler.callers) out.refusals += caller.refused;
  }
  return out;
}

bool LoadedGeneration::in_use() const {
  return std::any_of(figures_.get(), figures_.get() + shard_count_, [](const Figures& figures) {
    return figures.entities != 0 || figures.pins != 0;
  });
}

}  // namespace serai::runtime
