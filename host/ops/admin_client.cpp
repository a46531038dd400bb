#include "ops/admin_client.hpp"

#include <httplib.h>

#include <nlohmann/json.hpp>

namespace serai::ops {
namespace {

constexpr int kSwapSecondsMax = 900;
constexpr int kEventSecondsMax = 30;  // the host sends a heartbeat each second

// Parses one event, such as "event: swap\ndata: {…}". A comment (the heartbeat) becomes an event
// without a name.
AdminClient::Event parse_event(const std::string& text) {
  static constexpr std::string_view kName = "event: ";
  static constexpr std::string_view kData = "data: ";
  const std::size_t line = text.find('\n');
  if (!text.starts_with(kName) || line == std::string::npos) return {};
  const std::string_view rest = std::string_view(text).substr(line + 1);
  if (!rest.starts_with(kData)) return {};
  return {text.substr(kName.size(), line - kName.size()), std::string(rest.substr(kData.size()))};
}

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
                     httplib::to_string(answer.error()) + ")",
                 ErrorKind::host_unreachable};
  }
  if (answer->status >= 200 && answer->status < 300) return answer->body;
  const auto body = nlohmann::json::parse(answer->body, nullptr, false);
  if (body.is_object() && body.contains("code") && body["code"].is_number_integer()) {
    return Error{static_cast<Errc>(body["code"].get<int>()), body.value("error", answer->body)};
  }
  // A failed health check has a body of its own, without an error code.
  return Error{answer->status == 503 ? Errc::unavailable : Errc::unknown, answer->body};
}

}  // namespace

Result<std::string> AdminClient::get(const std::string& path, const Query& query) const {
  return judge(target_, make_client(target_).Get(path, query, httplib::Headers()));
}

Result<> AdminClient::follow(const std::string& path,
                             const std::function<bool(const Event&)>& take) const {
  httplib::Client client = make_client(target_);
  client.set_read_timeout(kEventSecondsMax);
  std::string text;
  int status = 0;
  bool enough = false;
  httplib::Result answer = client.Get(
      path,
      [&](const httplib::Response& response) {
        status = response.status;
        return true;
      },
      [&](const char* data, std::size_t size) {
        text.append(data, size);
        std::size_t end = 0;
        while (status == 200 && !enough && (end = text.find("\n\n")) != std::string::npos) {
          enough = !take(parse_event(text.substr(0, end)));
          text.erase(0, end + 2);
        }
        return !enough;
      });
  if (enough) return success();
  if (answer && status != 200) answer->body = std::move(text);
  const Result<std::string> judged = judge(target_, answer);
  return judged ? success() : Result<>(judged.error());
}

Result<std::string> AdminClient::post(const std::string& path, const std::string& json_body) const {
  return judge(target_, make_client(target_).Post(path, json_body, "application/json"));
}

}  // namespace serai::ops
