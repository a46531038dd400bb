#include "base/trace_id.hpp"

namespace serai {
namespace {

constexpr std::size_t kIdAt = 3;
constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kHeaderBytes = 55;  // a later version may have more fields after a dash

}  // namespace

std::string trace_text(const Uuid& trace_id) {
  std::string text = trace_id.text();
  std::erase(text, '-');
  return text;
}

Uuid trace_of(std::string_view traceparent) {
  const bool fits = traceparent.size() >= kHeaderBytes && traceparent[2] == '-' &&
                    traceparent[35] == '-' && traceparent[52] == '-' &&
                    !traceparent.starts_with("ff") &&
                    (traceparent.size() == kHeaderBytes || traceparent[kHeaderBytes] == '-');
  if (!fits) return {};
  std::string text(traceparent.substr(kIdAt, kIdDigits));
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
  return Uuid::parse(text).value_or(Uuid{});
}

}  // namespace serai
