// OpsRoutes: the paths of the ops plane and their answers. A route states whether it needs the
// token, and on which threads its answer is made.
//
// Thread  find(): any. An answer is made on the threads of its route, concurrently with others.
// Owner   borrows the ports, which live longer. A route lives as long as its OpsRoutes.
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
  // The threads that make the answer. `at_once` is the server's own thread, for answers that never
  // wait. Health has workers of its own, so that no other request delays it.
  Place place = Place::operators;
  bool needs_token = true;
  std::function<OpsAnswer(const OpsRequest&)> answer;  // does not throw
};

class OpsRoutes {
 public:
  OpsRoutes(OpsPorts ports, Log log);
  OpsRoutes(const OpsRoutes&) = delete;
  OpsRoutes& operator=(const OpsRoutes&) = delete;
  ~OpsRoutes() = default;

  // The route of a method and a path; null when there is none. HEAD has the routes of GET.
  const OpsRoute* find(const std::string& method, const std::string& path) const;
  // The methods of a path, such as "GET, HEAD"; empty: there is no such path.
  std::string methods_of(const std::string& path) const;

 private:
  using Action = std::function<Result<std::string>(const OpsRequest&)>;

  void add_health();
  void add_reads();
  void add_changes();
  void add_copies();  // files of matches and players
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
