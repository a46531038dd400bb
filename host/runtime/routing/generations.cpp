#include "runtime/routing/generations.hpp"

#include <algorithm>
#include <iterator>

namespace serai::runtime {

void Generations::add_live(std::vector<Loaded> loaded) {
  const std::lock_guard lock(mutex_);
  std::ranges::move(loaded, std::back_inserter(live_));
}

void Generations::add_former(std::vector<Loaded> loaded) {
  const std::lock_guard lock(mutex_);
  std::ranges::move(loaded, std::back_inserter(former_));
}

void Generations::sort_out(const std::vector<LoadedGeneration*>& serving) {
  const std::lock_guard lock(mutex_);
  const auto unused = std::partition(live_.begin(), live_.end(), [&serving](const Loaded& loaded) {
    return std::ranges::find(serving, loaded.get()) != serving.end();
  });
  std::vector<Loaded> removed(std::make_move_iterator(unused),
                              std::make_move_iterator(live_.end()));
  live_.erase(unused, live_.end());
  former_ = std::move(removed);
}

void Generations::restore_former() {
  const std::lock_guard lock(mutex_);
  std::ranges::move(former_, std::back_inserter(live_));
  former_.clear();
}

void Generations::let_drain(const std::vector<Succession>& successions) {
  const std::lock_guard lock(mutex_);
  const auto drains =
      std::stable_partition(former_.begin(), former_.end(), [&](const Loaded& loaded) {
        return std::ranges::find(successions, loaded.get(), &Succession::former) ==
               successions.end();
      });
  std::move(drains, former_.end(), std::back_inserter(draining_));
  former_.erase(drains, former_.end());
}

const LoadedGeneration* Generations::find_draining(std::string_view module) const {
  for (const Loaded& loaded : draining_) {
    if (loaded->contract().name == module) return loaded.get();
  }
  return nullptr;
}

std::vector<const LoadedGeneration*> Generations::drained() const {
  std::vector<const LoadedGeneration*> out;
  for (const Loaded& loaded : draining_) {
    if (!loaded->in_use()) out.push_back(loaded.get());
  }
  return out;
}

Generations::Taken Generations::take_former() {
  Taken out;
  const std::lock_guard lock(mutex_);
  for (Loaded& loaded : former_) out.push_back(loaded->take());
  former_.clear();
  return out;
}

Generations::Taken Generations::take_drained(const std::vector<const LoadedGeneration*>& drained) {
  Taken out;
  const std::lock_guard lock(mutex_);
  std::erase_if(draining_, [&](Loaded& loaded) {
    if (std::ranges::find(drained, loaded.get()) == drained.end()) return false;
    out.push_back(loaded->take());
    return true;
  });
  return out;
}

std::vector<GenerationFigures> Generations::figures() const {
  const std::lock_guard lock(mutex_);
  std::vector<GenerationFigures> out;
  for (const Loaded& loaded : live_) out.push_back(loaded->total());
  for (const Loaded& loaded : former_) out.push_back(loaded->total());
  for (const Loaded& loaded : draining_) {
    out.push_back(loaded->total());
    out.back().draining = true;
  }
  return out;
}

GenerationFigures Generations::figures_of(std::uint64_t generation) const {
  for (GenerationFigures& one : figures()) {
    if (one.generation == generation) return std::move(one);
  }
  return {};
}

std::vector<std::pair<const serai_module*, GenerationFigures>> Generations::entries() const {
  std::vector<std::pair<const serai_module*, GenerationFigures>> out;
  const std::lock_guard lock(mutex_);
  for (const auto* some : {&live_, &former_, &draining_}) {
    for (const Loaded& loaded : *some) {
      out.emplace_back(loaded->generation().entry, loaded->total());
    }
  }
  return out;
}

}  // namespace serai::runtime
