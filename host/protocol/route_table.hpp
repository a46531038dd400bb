// Route table: which call a method and a path mean.
//
// Rules   paths match exactly and case-sensitively; {name} stands for one segment, percent-decoded,
//         not empty and without a slash in it.
// Thread  any; immutable once built. Routes are the caller's and outlive the table.
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
  const Route* route = nullptr;
  NamedValues params;
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
