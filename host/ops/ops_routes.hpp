// OpsRoutes: the answers of the ops plane by path. A route states whether it needs the token, and
// on which thread its answer is made.
//
// Thread  find(): any; an answer runs on the threads of its route, concurrently with others.
// Owner   borrows the ports, which live longer.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "ops/ops_request.hpp"
#include "ops/ops_server.hpp"

namespace serai::ops {

struct OpsRoute {
  enum class Place { at_once, health, metrics, operators };
  // Where the answer is made. Answers that never wait are made on the server's thread. Health has
  // workers of its own, so that no other request delays it.
  Place place = Place::operators;
  bool needs_token = true;
  std::function<OpsAnswer(const OpsRequest&)> answer;  // does not throw
};

class OpsRoutes {
 public:
  OpsRoutes(OpsPorts ports, Log log);
  OpsRoutes(const OpsRoutes&) = delete;
  OpsRoutes& operator=(const OpsRoutes&) = delete;

  const OpsRoute* find(const std::string& method, const std::string& path) const;  // null: none
  // The methods of a path, such as "GET, HEAD"; empty: there is no such path.
  std::string methods_of(const std::string& path) const;

 private:
  using Action = std::function<Result<std::string>(const OpsRequest&)>;

  void add_health();
  void add_reads();
  void add_changes();
  void add(const char* method, const char* path, OpsRoute route);
  void add(const char* method, const char* path, Action action);
  OpsAnswer runtime_health() const;
  OpsAnswer begin_events() const;
  Result<std::string> change_config(const OpsRequest& request) const;

  OpsPorts ports_;
  Log log_;
  std::map<std::pair<std::string, std::string>, OpsRoute> routes_;
};

}  // namespace serai::ops
