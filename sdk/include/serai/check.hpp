// Checks: compile-time checks that a module's table does not contradict itself. A broken rule is a
// compile error whose text names the rule.
#pragma once

#include <cstddef>
#include <string_view>

#include "serai/manifest.hpp"

namespace serai::inline face {
namespace detail {

// The number of the module's handlers with this name, without joins, leaves and ticks.
template <class Module>
constexpr int handlers_named(const Module& module, std::string_view name) {
  int found = 0;
  each(module.kinds, [&](const auto& kind) {
    each(kind.handlers, [&](const auto& row) {
      const bool own =
          row.kOn == Trigger::join || row.kOn == Trigger::leave || row.kOn == Trigger::tick;
      if (!own && row.name == name) ++found;
    });
  });
  return found;
}

template <class Kind, class Row>
constexpr void check_row(const Kind& kind, const Row& row) {  // NOLINT(*-cognitive-complexity)
  int alike = 0;
  each(kind.handlers, [&](const auto& other) {
    const bool same_op = row.kOn == Trigger::data && row.kOn == other.kOn && row.op == other.op;
    if (same_op || (row.kOn == other.kOn && row.name == other.name)) ++alike;
  });
  if (alike > 1) throw "two handlers of a kind share their name or op code";
  if (row.name.empty()) throw "a handler needs a name";
  if (!row.kind.empty() && row.kind != kind.facts.name) throw "a Call names another kind";
  if (!Kind::kMatch) {
    if (row.kOn == Trigger::join) throw "only matches are joined";
    if (row.kOn == Trigger::leave) throw "only matches are left";
    if (row.kOn == Trigger::data) throw "only matches take match data";
  }
  if (Kind::kStateless) {
    if (row.kOn != Trigger::rpc && row.kOn != Trigger::call) throw "only RPCs can be stateless";
    if (!row.options.key.rule.empty()) throw "a stateless handler has no key";
    if (row.options.creates) throw "a stateless handler creates nothing";
  } else if (row.kOn == Trigger::rpc && row.options.key.rule.empty()) {
    throw "a client's RPC needs a key: caller, field, fresh or singleton";
  }
  if (row.options.key.rule == "fresh" && !row.options.creates) throw "key::fresh needs .creates";
  if (row.options.idempotent && std::is_void_v<typename Row::Request>) {
    throw "an idempotent handler needs a request with idem_key";
  }
}

template <class Kind>
constexpr void check_kind(const Kind& kind) {
  each(kind.handlers, [&](const auto& row) { check_row(kind, row); });
  if (Kind::kStateless) return;
  if (kind.facts.name.empty()) throw "a kind needs a name";
  if (kind.facts.name.find('.') != std::string_view::npos) throw "a kind's name has no dot";
  if (kind.facts.tick_hz > 60) throw "a kind ticks at most 60 times a second";
  if (kind.facts.schema == 0) throw "schemas are numbered from 1";
  const auto reads = oldest_read(kind.steps, kind.facts.schema);
  const auto writes = oldest_written(kind.steps, kind.facts.schema);
  each(kind.steps, [&](const auto& step) {
    if (step.kFrom != 0 && (step.kFrom < reads || step.kFrom >= kind.facts.schema)) {
      throw "from<N>() must lead without a gap to the schema";
    }
    if (step.kTo != 0 && (step.kTo < writes || step.kTo >= kind.facts.schema)) {
      throw "to<N>() must follow without a gap from the schema";
    }
  });
}

template <class Module>
constexpr void check_accounts(const Module& module) {
  for (const Accounts& accounts : module.ledger) {
    const std::string_view prefix = accounts.prefix;
    if (prefix.size() < 2 || prefix.find(':') != prefix.size() - 1) {
      throw "accounts begin with a name and a colon";
    }
    if (prefix == "player:") throw "the accounts of players are the host's";
    if (accounts.purse && accounts.below_zero) throw "a purse may not be below zero";
    if (accounts.purse && accounts.currency == "gold") throw "the purse of gold is the host's";
    int alike = 0;
    for (const Accounts& other : module.ledger) alike += other.prefix == prefix ? 1 : 0;
    if (alike > 1) throw "accounts are declared twice";
  }
}

template <class Module>
constexpr bool check(const Module& module) {  // NOLINT(*-cognitive-complexity)
  if (module.name.empty() || module.version.empty()) throw "a module needs a name and a version";
  check_accounts(module);
  each(module.kinds, [&](const auto& kind) {
    check_kind(kind);
    each(kind.handlers, [&](const auto& row) {
      if ((row.kOn == Trigger::rpc || row.kOn == Trigger::call) &&
          handlers_named(module, row.name) > 1) {
        throw "two handlers of the module share a name";
      }
    });
    int same = 0;
    each(module.kinds,
         [&](const auto& other) { same += other.facts.name == kind.facts.name ? 1 : 0; });
    if (same > 1) throw "two kinds share a name";
    each(kind.events, [&](const auto& event) {
      int alike = 0;
      each(module.kinds, [&](const auto& other) {
        each(other.events, [&](const auto& one) { alike += one.op == event.op ? 1 : 0; });
      });
      if (alike > 1) throw "two events share an op code";
    });
  });
  return true;
}

}  // namespace detail
}  // namespace serai::inline face
