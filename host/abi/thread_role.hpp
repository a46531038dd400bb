// Thread roles: which part of the host the calling thread acts for, beside what it is.
//
// Thread  any; each has its own.
#pragma once

namespace serai::abi {

// Once all shards have ended, the thread that ends the host does their part: it cancels frames and
// destroys entities.
inline bool& stands_in_for_shards() {
  static constinit thread_local bool stands_in = false;
  return stands_in;
}

}  // namespace serai::abi
