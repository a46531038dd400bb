// Schemas: the steps that convert a state from an older schema and to an older schema.
//
//   serai::schema(3, serai::from<1>(grew_stamina), serai::from<2>(), serai::to<2>(drop_effects))
//
// from<N>(f)  edits a parsed schema-N state into schema N+1; from<N>() when nothing needs editing.
// to<N>(f)    edits a copy of a schema-N+1 state into schema N before it is written; to<N>() when
//             nothing needs editing.
// f           void f(State&), or Reply f(State&) if it may refuse. The host reports the text of a
//             refusal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "serai/reply.hpp"

namespace serai::inline face {

namespace detail {

template <std::uint32_t Number, class F>
struct Upgrade {
  static constexpr std::uint32_t kFrom = Number;
  static constexpr std::uint32_t kTo = 0;
  F apply;
};

template <std::uint32_t Number, class F>
struct Downgrade {
  static constexpr std::uint32_t kFrom = 0;
  static constexpr std::uint32_t kTo = Number;
  F apply;
};

template <class State, class F>
Reply edit(State& state, F apply) {
  if constexpr (std::is_same_v<F, std::nullptr_t>) {
    return accept();
  } else if constexpr (std::is_void_v<decltype(apply(state))>) {
    apply(state);
    return accept();
  } else {
    return apply(state);
  }
}

}  // namespace detail

template <std::uint32_t Number, class F = std::nullptr_t>
constexpr detail::Upgrade<Number, F> from(F upgrade = nullptr) {
  static_assert(Number > 0, "schemas are numbered from 1");
  return {upgrade};
}

template <std::uint32_t Number, class F = std::nullptr_t>
constexpr detail::Downgrade<Number, F> to(F downgrade = nullptr) {
  static_assert(Number > 0, "schemas are numbered from 1");
  return {downgrade};
}

}  // namespace serai::inline face
