// OpsRoutes: what each path of the ops plane answers, and who may ask.
//
// Thread  any of the server's threads, concurrently.
// Owner   lives longer than the server it is installed in.
#pragma once

#include <functional>
#include <string>

#include "ops/ops_server.hpp"

namespace httplib {
struct Request;
struct Response;
class Server;
}  // namespace httplib

namespace serai {

class OpsRoutes {
 public:
  OpsRoutes(std::string token, OpsPorts ports, Log log)
      : token_(std::move(token)), ports_(ports), log_(log) {}

  void install(httplib::Server& server);

 private:
  using Action = std::function<Result<std::string>(const httplib::Request&)>;

  void install_health(httplib::Server& server);
  void install_reads(httplib::Server& server);
  void install_changes(httplib::Server& server);
  void install_events(httplib::Server& server);
  void install_errors(httplib::Server& server);
  // False: the answer says that only operators may ask.
  bool admit(const httplib::Request& request, httplib::Response& response) const;
  void run(const Action& action, const httplib::Request& request, httplib::Response& response);
  void stream_events(httplib::Response& response);
  bool is_operator(const httplib::Request& request) const;
  void health(bool healthy, const std::string& body, httplib::Response& response) const;
  Result<std::string> change_config(const httplib::Request& request);

  std::string token_;
  OpsPorts ports_;
  Log log_;
};

}  // namespace serai
