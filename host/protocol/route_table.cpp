#include "protocol/route_table.hpp"

#include <algorithm>

#include "protocol/rest_routes.hpp"

namespace serai::protocol {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_param(std::string_view segment) { return segment.starts_with('{'); }
std::string_view param_name(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

bool same_shape(const std::vector<std::string_view>& pattern,
                const std::vector<std::string_view>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_param(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

// Decodes the values of a pattern's {name} segments. The outcome is `found`, or `broken_path` for a
// value that cannot be decoded, or `unknown_path` for one that contains a slash.
RouteMatch::Outcome read_params(const std::vector<std::string_view>& pattern,
                                const std::vector<std::string_view>& path,
                                NamedValues& params) {
  using Outcome = RouteMatch::Outcome;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_param(pattern[i])) continue;
    auto value = percent_decode(path[i], Plus::plain);
    if (!value) return Outcome::broken_path;
    if (value->find('/') != std::string::npos) return Outcome::unknown_path;
    params.emplace_back(param_name(pattern[i]), std::move(*value));
  }
  return Outcome::found;
}

}  // namespace

RouteTable::RouteTable(std::span<const Route> routes) {
  for (const Route& route : routes) {
    if (route.pattern.find('{') == std::string_view::npos) {
      exact_[route.pattern].push_back(&route);
    } else {
      patterns_.push_back({&route, split(route.pattern)});
    }
  }
}

RouteMatch RouteTable::find(std::string_view method, std::string_view path) const {
  using Outcome = RouteMatch::Outcome;
  RouteMatch match;
  if (!path.starts_with('/')) return match;
  if (const auto found = exact_.find(path); found != exact_.end()) {
    const auto route = std::ranges::find(found->second, method, &Route::method);
    if (route != found->second.end()) return {Outcome::found, *route, {}};
    match.outcome = Outcome::other_method;
  }
  const auto segments = split(path);
  for (const Pattern& pattern : patterns_) {
    if (!same_shape(pattern.segments, segments)) continue;
    NamedValues params;
    const Outcome read = read_params(pattern.segments, segments, params);
    if (read == Outcome::broken_path) return {read, nullptr, {}};
    if (read == Outcome::unknown_path) return match;
    if (pattern.route->method == method) {
      return {Outcome::found, pattern.route, std::move(params)};
    }
    match.outcome = Outcome::other_method;
  }
  return match;
}

}  // namespace serai::protocol
