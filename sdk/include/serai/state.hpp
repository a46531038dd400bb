// State: imports and exports entities' states, and tests that a kind can do both.
//
// Errors  import: invalid_argument for an unknown schema, data_loss for malformed bytes, or the
//         refusal of an upgrade step. An export is refused with invalid_argument for an unknown
//         schema, or with the refusal of a downgrade step.
// Owner   a serai_entity is a heap-allocated State; the host decides when it is destroyed.
#pragma once

#include <exception>
#include <memory>
#include <new>
#include <string>

#include "serai/log.hpp"
#include "serai/manifest.hpp"

namespace serai::inline face {
namespace detail {

template <class State>
const State& state_of(const serai_entity* entity) {
  return *reinterpret_cast<const State*>(entity);
}

// Applies the steps for which `wanted` is true, in the order of the chain.
template <class Steps, class State, class Wanted>
Reply apply_step(const Steps& steps, State& state, Wanted wanted) {
  Reply outcome;
  each(steps, [&](const auto& step) {
    if (outcome.ok() && wanted(step)) outcome = edit(state, step.apply);
  });
  return outcome;
}

template <class Kind>
Reply upgrade(const Kind& kind, typename Kind::State& state, std::uint32_t from) {
  Reply outcome;
  for (std::uint32_t at = from; at < kind.facts.schema && outcome.ok(); ++at) {
    outcome = apply_step(kind.steps, state, [at](const auto& step) { return step.kFrom == at; });
  }
  return outcome;
}

template <class Kind>
Reply downgrade(const Kind& kind, typename Kind::State& state, std::uint32_t to) {
  Reply outcome;
  for (std::uint32_t at = kind.facts.schema; at > to && outcome.ok(); --at) {
    outcome = apply_step(kind.steps, state, [at](const auto& step) { return step.kTo + 1 == at; });
  }
  return outcome;
}

template <class Kind>
Reply import_state(const Kind& kind,
                   std::uint32_t schema,
                   std::string_view bytes,
                   typename Kind::State& state) {
  if (schema > kind.facts.schema || schema < oldest_read(kind.steps, kind.facts.schema)) {
    return refuse("unknown_schema", std::to_string(schema), Status::invalid_argument);
  }
  if (!parse(state, bytes)) return refuse("malformed_state", Status::data_loss);
  return upgrade(kind, state, schema);
}

template <class Kind>
Answer<std::string> export_state(const Kind& kind,
                                 const typename Kind::State& state,
                                 std::uint32_t schema) {
  if (schema == kind.facts.schema) return serialize(state);
  if (schema > kind.facts.schema || schema < oldest_written(kind.steps, kind.facts.schema)) {
    return refuse("unknown_schema", std::to_string(schema), Status::invalid_argument);
  }
  typename Kind::State copy(state);
  if (Reply outcome = downgrade(kind, copy, schema); !outcome) return outcome;
  return serialize(copy);
}

// The reply for an exception.
inline Reply failure_of(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const std::bad_alloc&) {
    return {Status::resource_exhausted, "out of memory"};
  } catch (const std::exception& error) {
    return {Status::internal, error.what()};
  } catch (...) {
    return {Status::internal, "something that is no std::exception was thrown"};
  }
}

// Writes an empty state in each schema that the kind writes, and reads it back where the kind reads
// that schema. Returns the first refusal.
template <class Kind>
Reply test_kind(const Kind& kind) {
  using State = typename Kind::State;
  const State fresh;
  std::string declared(raw_type_name<State>());
  for (auto at = declared.find("::"); at != std::string::npos; at = declared.find("::")) {
    declared.replace(at, 2, ".");
  }
  if (fresh.GetTypeName() != declared) {
    return refuse("the state must be a top-level message", fresh.GetTypeName());
  }
  for (std::uint32_t schema = oldest_written(kind.steps, kind.facts.schema);
       schema <= kind.facts.schema;
       ++schema) {
    const auto bytes = export_state(kind, fresh, schema);
    if (!bytes) return bytes.refusal();
    if (schema < oldest_read(kind.steps, kind.facts.schema)) continue;
    State back;
    if (Reply read = import_state(kind, schema, *bytes, back); !read) return read;
  }
  return accept();
}

}  // namespace detail
}  // namespace serai::inline face
