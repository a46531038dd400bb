// Game: the calls of clients to gameplay: RPCs and authoritative matches. Implemented by Runtime.
//
// Thread  called on the caller's shard. The answer comes on that shard, possibly before the call
//         returns.
// Owner   requests are moved in, answers are moved out. An answer whose caller has gone is dropped.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "model/match_id.hpp"
#include "model/presence.hpp"
#include "model/purse.hpp"
#include "model/served_by.hpp"

namespace serai {

template <class T>
using Callback = UniqueFunction<void(Result<T>)>;

// The origin of a call. Nil user: a server with the HTTP key.
struct Caller {
  Uuid user_id;
  std::string username;
  Uuid session_id;  // nil outside sockets
};

struct RpcRequest {
  std::string id;       // lower case
  std::string payload;  // text as the client sent it: JSON for typed handlers
  Caller caller;
  std::string idempotency_key;  // of the Idempotency-Key header; empty: the request may have one
  Uuid trace_id = {};           // passed to every call that this one causes; nil: none
};

struct RpcAnswer {
  Result<std::string> payload;  // JSON for typed handlers
  ServedBy by = {};
};

using RpcReply = UniqueFunction<void(RpcAnswer)>;

struct MatchJoinRequest {
  MatchId match;
  Presence presence;
  std::map<std::string, std::string> metadata;
  Uuid trace_id = {};
};

struct MatchJoined {
  std::string label;
  std::vector<Presence> others;  // the members before this join, or all if it was one of them
};

struct MatchInput {
  MatchId match;
  Presence sender;
  std::int64_t op_code = 0;
  std::string data;
  Uuid trace_id = {};
};

struct MatchFilter {
  std::uint32_t limit = 10;
  std::optional<std::string> label;
  std::optional<std::uint32_t> min_size;
  std::optional<std::uint32_t> max_size;
};

struct MatchListing {
  MatchId match;
  std::string label;
  std::uint32_t size = 0;
  std::uint32_t tick_rate = 0;
  std::string handler_name;  // the entity kind
  std::string module;
  std::string module_version;
  std::uint64_t generation = 0;
  std::int64_t create_ms = 0;
};

// The error for an RPC that no module has registered. A not_found of a handler has no kind.
inline Error unknown_rpc() {
  return {Errc::not_found, "RPC function not found", ErrorKind::unknown_rpc};
}
// The text of the error with which a stopping host refuses a call that it has not begun.
inline constexpr std::string_view kShuttingDown = "The server is shutting down";

class Game {
 public:
  virtual ~Game() = default;
  // unknown_rpc(): no such RPC.
  virtual void rpc(RpcRequest request, RpcReply reply) = 0;
  // not_found: no such match. permission_denied: the handler refuses; the detail is its reason.
  // resource_exhausted: the mailbox of the match is full. deadline_exceeded: the handler did not
  // decide in time.
  virtual void match_join(MatchJoinRequest request, Callback<MatchJoined> answer) = 0;
  virtual void match_leave(const MatchId& match, const Uuid& session_id, Callback<Unit> answer) = 0;
  // Data of a sender that is not a member is dropped and counted. A refusal is sent to the sender's
  // socket by Streams::refuse_match_data().
  virtual void match_data(MatchInput input) = 0;
  // The purses of the serving release, gold first. A shard's thread may keep them for one turn.
  virtual const std::vector<Purse>& purses() const = 0;
  virtual void match_list(MatchFilter filter, Callback<std::vector<MatchListing>> answer) = 0;
};

}  // namespace serai
