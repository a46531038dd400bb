// SessionOptions: the configuration of identity, tokens and sockets.
//
// Units   in the name or the type of the field. Counts are for all shards, unless noted.
// Owner   plain values; SessionLayer copies them at start.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "session/guess_limits.hpp"
#include "session/resume_options.hpp"

namespace serai::session {

struct SessionOptions {
  std::string server_key = "defaultkey";
  std::string http_key = "defaulthttpkey";
  std::string encryption_key = "defaultencryptionkey";
  std::string refresh_encryption_key = "defaultrefreshencryptionkey";
  std::chrono::seconds token_expiry{60};
  std::chrono::seconds refresh_token_expiry{3600};

  // The largest length of a token in bytes: the header limit of a request (5,120) less 1,536 for
  // the other headers.
  std::size_t token_bytes_max = 3584;

  bool single_socket = false;   // a new socket of a user closes the older ones
  bool single_match = false;    // joining a match leaves all other matches
  bool single_session = false;  // a login invalidates all earlier tokens

  std::size_t token_cache_max = 4096;  // verified tokens in the cache, per shard

  // Bounds for one player.
  std::uint64_t sockets_max = 16;          // open sockets
  std::uint64_t devices_max = 16;          // linked devices; checked by the store, see StoreOptions
  std::uint64_t relayed_matches_max = 64;  // joined at the same time
  // Status changes and match joins per second, on each shard. The burst is four times as many.
  std::uint64_t presence_changes_per_sec = 20;

  // Bounds for one socket.
  std::uint64_t socket_matches_max = 32;      // joined at the same time
  std::uint64_t follows_max = 1'000;          // followed users
  std::uint32_t messages_under_way_max = 32;  // relayed messages that not all receivers have yet

  ResumeOptions resume;

  std::uint32_t hash_threads = 2;
  std::size_t hash_queue_max = 256;  // queued checks and hashes; more are refused
  GuessRates guesses;
  // The cost N of scrypt is 2^n. Each running hash uses 128 * r * N bytes (RFC 7914), with r = 8.
  unsigned scrypt_log_n = 15;
};

}  // namespace serai::session
