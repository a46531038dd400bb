// SessionOptions: the configuration of identity, tokens and sockets.
//
// Units   as named; counts are per shard where noted.
// Owner   plain values, read once at start.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "session/guess_limits.hpp"

namespace serai::session {

struct SessionOptions {
  std::string server_key = "defaultkey";
  std::string http_key = "defaulthttpkey";
  std::string encryption_key = "defaultencryptionkey";
  std::string refresh_encryption_key = "defaultrefreshencryptionkey";
  std::chrono::seconds token_expiry{60};
  std::chrono::seconds refresh_token_expiry{3600};

  // The bytes that the other headers of a request leave for its token. No longer token is issued.
  std::size_t token_bytes_max = 3584;

  bool single_socket = false;   // a new socket of a user closes the older ones
  bool single_match = false;    // joining a match leaves the others
  bool single_session = false;  // a login invalidates all earlier tokens

  std::size_t token_cache_max = 4096;  // verified tokens remembered, per shard

  // Of one player, over all shards: open sockets, linked devices, relayed matches. Per shard:
  // changes a second that are sent to others (statuses, joins); four seconds' worth may come at
  // once.
  std::uint64_t sockets_max = 16;
  std::uint64_t devices_max = 16;  // checked by the store, see StoreOptions
  std::uint64_t relayed_matches_max = 64;
  std::uint64_t presence_changes_per_sec = 20;
  // Of one socket: its matches, the users it follows, its relayed messages that are not delivered
  // to all yet.
  std::uint64_t socket_matches_max = 32;
  std::uint64_t follows_max = 1'000;
  std::uint32_t messages_under_way_max = 32;

  std::uint32_t hash_threads = 2;
  std::size_t hash_queue_max = 256;  // password checks waiting; more are refused
  GuessRates guesses;
  unsigned scrypt_log_n = 15;  // cost 2^n; memory per running hash 1 KiB * 2^n
};

}  // namespace serai::session
