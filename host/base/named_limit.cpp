#include "base/named_limit.hpp"

#include <string>

namespace serai {

NamedLimit::NamedLimit(Metrics& metrics, std::string_view name, std::uint64_t max)
    : name_(name),
      max_(max),
      refused_(metrics.counter("serai_refused_total",
                               "Requests refused because of a limit, by the name of the limit.",
                               {{"limit", std::string(name)}})) {}

Error NamedLimit::refuse(Errc code, const LimitTexts& texts) const {
  refused_.add();
  std::string text(texts.what);
  text.append(", the limit is ").append(std::to_string(max_));
  text.append(" ").append(texts.unit).append(": ").append(texts.remedy);
  text.append(" (limits.").append(name_).append(")");
  return {code, std::move(text)};
}

}  // namespace serai
