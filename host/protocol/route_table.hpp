// RouteTable: finds the route of a method and a path.
//
// Rules   paths match exactly and case-sensitively. {name} matches one segment that is not empty.
//         Its value is percent-decoded and must not contain a slash.
// Thread  any; immutable once built.
// Owner   borrows the routes, which outlive the table.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/query.hpp"

namespace serai::protocol {

struct Route;

struct RouteMatch {
  enum class Outcome { found, unknown_path, other_method, broken_path };
  Outcome outcome = Outcome::unknown_path;
  const Route* route = nullptr;  // null unless found
  NamedValues params;            // the values of the {name} segments
};

class RouteTable {
 public:
  explicit RouteTable(std::span<const Route> routes);
  RouteMatch find(std::string_view method, std::string_view path) const;

 private:
  struct Pattern {
    const Route* route;
    std::vector<std::string_view> segments;
  };

  std::unordered_map<std::string_view, std::vector<const Route*>> exact_;
  std::vector<Pattern> patterns_;
};

}  // namespace serai::protocol
