#include "ops/admin_client.hpp"

#include <httplib.h>

#include <nlohmann/json.hpp>

namespace serai {
namespace {

constexpr int kSwapSecondsMax = 900;

httplib::Client make_client(const AdminTarget& target) {
  httplib::Client client(target.address, target.port);
  client.set_connection_timeout(5);
  client.set_read_timeout(kSwapSecondsMax);
  client.set_bearer_token_auth(target.token);
  return client;
}

Result<std::string> judge(const AdminTarget& target, const httplib::Result& answer) {
  if (!answer) {
    return Error{Errc::unavailable,
                 "no host answers at " + target.address + ":" + std::to_string(target.port) + " (" +
                     httplib::to_string(answer.error()) + ")"};
  }
  if (answer->status >= 200 && answer->status < 300) return answer->body;
  const auto body = nlohmann::json::parse(answer->body, nullptr, false);
  if (body.is_object() && body.contains("code") && body["code"].is_number_integer()) {
    return Error{static_cast<Errc>(body["code"].get<int>()), body.value("error", answer->body)};
  }
  // Health checks answer their failure as a body of their own.
  return Error{answer->status == 503 ? Errc::unavailable : Errc::unknown, answer->body};
}

}  // namespace

Result<std::string> AdminClient::get(const std::string& path, const Query& query) const {
  return judge(target_, make_client(target_).Get(path, query, httplib::Headers()));
}

Result<std::string> AdminClient::post(const std::string& path, const std::string& json_body) const {
  return judge(target_, make_client(target_).Post(path, json_body, "application/json"));
}

}  // namespace serai
