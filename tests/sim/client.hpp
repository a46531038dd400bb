// Client: a player's device. It has an account, a token, and at most one open socket. Without a
// socket it uses REST.
//
// Errors  an error of the host is data, see Reply. A frame that no client could parse is a
//         Violation.
// Thread  one.
// Owner   borrows the host; call forget() before the host is restarted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim_host.hpp"

namespace serai::sim {

using Json = nlohmann::json;

// A hash of all texts that clients have received, in their order.
class Trace {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    ++texts_;
  }
  std::uint64_t hash() const { return hash_; }
  std::uint64_t texts() const { return texts_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  std::uint64_t texts_ = 0;
};

struct Reply {
  std::uint64_t arrived = 0;  // its number among the client's answers; 0: it has not arrived
  int code = 0;               // the number of the protocol's error; 0: no error
  std::string text;           // the payload, or the error's message
  bool ok() const { return arrived != 0 && code == 0; }
};
using Ask = std::shared_ptr<Reply>;  // owners: the sender, and the list of missing answers

class Client {
 public:
  Client(SimHost& host, Trace& trace, int number);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Does not wait. The token arrives in a later turn of the host.
  void log_in();
  bool has_token() const { return !token_.empty(); }
  void connect();
  void disconnect();
  void forget();  // drops all connections; call it when the host ends
  bool connected() const { return line_ != nullptr; }

  Ask rpc(const std::string& id, const std::string& payload);
  Ask rest_rpc(const std::string& id, const std::string& payload);
  void send_text(std::string message);  // sends it unchanged, if connected
  void join(const std::string& match);
  void play(const std::string& match, int op, const Json& data);

  const std::string& user_id() const { return user_id_; }
  int number() const { return number_; }
  int answers_owed() const { return static_cast<int>(waiting_.size()); }

  // Called for each event of a battle.
  std::function<void(const std::string& match, int op, const Json& data)> on_match_data;

 private:
  struct Line;

  void post(Work work);
  void rest(HttpRequest request, std::function<void(const HttpResponse&)> answer);
  void on_frame(Line& line, const std::string& frame);
  void note(const std::string& asked, const Reply& reply);
  void match_data(const Json& data);
  void closed_by_host(Line& line);

  SimHost& host_;
  Trace& trace_;
  int number_;
  std::uint32_t shard_;
  std::string token_;
  std::string user_id_;
  Line* line_ = nullptr;  // the open connection
  std::vector<std::unique_ptr<Line>> lines_;
  std::map<std::string, Ask> waiting_;  // by cid
  std::uint64_t next_cid_ = 1;
  std::uint64_t arrivals_ = 0;
};

}  // namespace serai::sim
