// OpsRoutes: what each path of the ops plane answers, who may ask, and on which thread.
//
// Thread  find(): any; an answer runs where its route says, concurrently with others.
// Owner   borrows the ports, which live longer.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "ops/ops_request.hpp"
#include "ops/ops_server.hpp"

namespace serai {

struct OpsRoute {
  enum class Place { at_once, health, metrics, operators };
  // What never waits is answered by the server's own thread. Health is behind nobody's question.
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
  // "GET, HEAD": what the path answers; empty: it is none of ours.
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

}  // namespace serai
