// Manifest: the module's declaration as JSON text, generated from its table at compile time. The
// SDK's README describes the format.
//
// Errors  a name that would need escaping in JSON does not compile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "serai/accounts.hpp"
#include "serai/kind.hpp"
#include "serai/setting.hpp"

namespace serai::inline face {
namespace detail {

// The name of T as the compiler prints it: "battle::Battle".
template <class T>
constexpr std::string_view raw_type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  const std::size_t start = text.find("T = ") + 4;
  return text.substr(start, text.find_first_of(";]", start) - start);
}

// Writes text to `out`. With a null `out` it only counts the characters.
struct Writer {
  char* out = nullptr;
  std::size_t size = 0;

  constexpr void put(char c) {
    if (out != nullptr) out[size] = c;
    ++size;
  }
  constexpr Writer& text(std::string_view more) {
    for (const char c : more) put(c);
    return *this;
  }
  constexpr Writer& number(std::int64_t value) {
    if (value < 0) put('-');
    auto rest =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    char digits[20] = {};
    int count = 0;
    for (; rest > 0 || count == 0; rest /= 10) digits[count++] = static_cast<char>('0' + rest % 10);
    while (count > 0) put(digits[--count]);
    return *this;
  }
  constexpr Writer& quoted(std::string_view value) {
    put('"');
    for (const char c : value) {
      if (c == '"' || c == '\\' || (c >= 0 && c < ' ')) throw "a name needs plain characters";
      put(c);
    }
    put('"');
    return *this;
  }
  // Writes ,"name":"value", or nothing for an empty value.
  constexpr Writer& member(std::string_view name, std::string_view value) {
    return value.empty() ? *this : text(",\"").text(name).text("\":").quoted(value);
  }
  constexpr Writer& member(std::string_view name, std::uint32_t value) {
    return value == 0 ? *this : text(",\"").text(name).text("\":").number(value);
  }
  constexpr Writer& flag(std::string_view name, bool value) {
    return value ? text(",\"").text(name).text("\":true") : *this;
  }
  // Writes ,"name":"package.Message" for a Protobuf message, and nothing for void and raw text.
  template <class T>
  constexpr Writer& message(std::string_view name) {
    if constexpr (!std::is_void_v<T> && std::derived_from<T, google::protobuf::MessageLite>) {
      text(",\"").text(name).text("\":\"");
      const std::string_view type = raw_type_name<T>();
      for (std::size_t i = 0; i < type.size(); ++i) {
        if (type[i] == '{' || type[i] == '(') throw "a message has no name in its .proto";
        if (type[i] == ':') ++i;
        put(type[i] == ':' ? '.' : type[i]);
      }
      put('"');
    }
    return *this;
  }
};

template <class Tuple, class F>
constexpr void each(const Tuple& tuple, F visit) {
  std::apply([&](const auto&... items) { (visit(items), ...); }, tuple);
}

// The oldest schema that can be read through an unbroken chain of from<N>().
template <class Steps>
constexpr std::uint32_t oldest_read(const Steps& steps, std::uint32_t schema) {
  std::uint32_t oldest = schema;
  for (bool found = true; found;) {
    found = false;
    each(steps,
         [&](const auto& step) { found = found || (step.kFrom != 0 && step.kFrom + 1 == oldest); });
    if (found) --oldest;
  }
  return oldest;
}

// The oldest schema that can be written through an unbroken chain of to<N>().
template <class Steps>
constexpr std::uint32_t oldest_written(const Steps& steps, std::uint32_t schema) {
  std::uint32_t oldest = schema;
  for (bool found = true; found;) {
    found = false;
    each(steps,
         [&](const auto& step) { found = found || (step.kTo != 0 && step.kTo + 1 == oldest); });
    if (found) --oldest;
  }
  return oldest;
}

template <class Kind>
constexpr void write_kind(Writer& out, const Kind& kind) {
  const KindFacts& facts = kind.facts;
  out.text("{\"name\":").quoted(facts.name).template message<typename Kind::State>("state");
  out.text(",\"schema\":").number(facts.schema);
  out.text(",\"reads\":[").number(oldest_read(kind.steps, facts.schema));
  out.text(",").number(facts.schema).text("],\"writes\":[");
  const std::uint32_t oldest = oldest_written(kind.steps, facts.schema);
  for (std::uint32_t number = oldest; number <= facts.schema; ++number) {
    out.text(number == oldest ? "" : ",").number(number);
  }
  out.text("]").flag("match", facts.match).member("players_max", facts.players_max);
  out.member("tick_hz", facts.tick_hz).text(",\"idle_s\":").number(facts.idle_s);
  out.flag("journal", facts.journal).member("owner", facts.owner).text("}");
}

constexpr std::string_view trigger_name(Trigger on) {
  constexpr std::string_view names[] = {"rpc", "rpc", "data", "join", "leave", "tick", "timer"};
  return names[static_cast<std::size_t>(on)];
}

template <class Kind, class Row>
constexpr void write_handler(Writer& out, const Kind& kind, const Row& row) {
  const RpcOptions& options = row.options;
  out.text("{\"name\":").quoted(row.name).text(",\"on\":").quoted(trigger_name(row.kOn));
  if (row.kOn == Trigger::data) out.text(",\"op\":").number(row.op);
  out.member("kind", kind.facts.name);
  if (options.key.field.empty()) {
    out.member("key", options.key.rule);
  } else {
    out.text(",\"key\":\"field:").text(options.key.field).text("\"");
  }
  out.template message<typename Row::Request>("request");
  out.template message<typename Signature<typename Row::Function>::Reply>("reply");
  out.flag("client", row.kOn == Trigger::rpc).flag("creates", options.creates);
  out.flag("durable", options.durable).flag("idempotent", options.idempotent);
  out.member("budget_ms", options.budget_ms);
  if (row.retries != kWithoutEnd) out.text(",\"retries\":").number(row.retries);
  out.text("}");
}

// Writes ',' before every element except the first.
struct Comma {
  bool first = true;
  constexpr void operator()(Writer& out) {
    if (!std::exchange(first, false)) out.put(',');
  }
};

template <class Module>
constexpr void write_manifest(Writer& out, const Module& module) {
  out.text("{\"serai\":1").member("name", module.name).member("version", module.version);
  out.text(",\"abi\":\"").number(SERAI_ABI_MAJOR).text(".").number(SERAI_ABI_MINOR);
  out.text("\",\"kinds\":[");
  each(module.kinds, [&, comma = Comma{}](const auto& kind) mutable {
    if constexpr (!std::remove_cvref_t<decltype(kind)>::kStateless) {
      comma(out);
      write_kind(out, kind);
    }
  });
  out.text("],\"handlers\":[");
  each(module.kinds, [&, comma = Comma{}](const auto& kind) mutable {
    each(kind.handlers, [&](const auto& row) {
      comma(out);
      write_handler(out, kind, row);
    });
  });
  out.text("],\"events\":[");
  each(module.kinds, [&, comma = Comma{}](const auto& kind) mutable {
    each(kind.events, [&](const auto& event) {
      comma(out);
      out.text("{\"op\":").number(event.op).text(",\"name\":").quoted(event.name);
      out.template message<typename std::remove_cvref_t<decltype(event)>::Body>("message");
      out.text("}");
    });
  });
  out.text("],\"config\":[");
  Comma comma;
  for (const SettingFacts& setting : module.config) {
    comma(out);
    out.text("{\"key\":").quoted(setting.key).member("type", setting.type).text("}");
  }
  out.text("],\"accounts\":[");
  comma = {};
  for (const Accounts& each : module.ledger) {
    comma(out);
    out.text("{\"prefix\":").quoted(each.prefix).flag("below_zero", each.below_zero);
    if (each.currency != "gold") out.member("currency", each.currency);
    out.flag("purse", each.purse).text("}");
  }
  out.text("]}");
}

template <const auto& module>
constexpr auto manifest_text() {
  constexpr std::size_t size = [] {
    Writer counter;
    write_manifest(counter, module);
    return counter.size;
  }();
  std::array<char, size> text{};
  Writer writer{text.data(), 0};
  write_manifest(writer, module);
  return text;
}

}  // namespace detail
}  // namespace serai::inline face
