// Passwords: hashed with scrypt (RFC 7914) and a random salt. The stored text contains cost and
// salt:
//
//   scrypt$<log2 N>$<r>$<p>$<salt>$<hash>      salt and hash in Base64
//
// Other servers of this protocol use bcrypt. This host uses scrypt, because OpenSSL has it, and
// because it costs an attacker memory as well as time. Clients never see the stored text.
//
// Errors  hash_password(): resource_exhausted when there is not enough memory.
// Thread  any, but never a shard: a hash takes tens of milliseconds on purpose.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serai::session {

// Returns the text to store. The cost N is 2^log_n; log_n is 1 to 20.
Result<std::string> hash_password(std::string_view password, unsigned log_n);
// A stored text that no password matches. A check against it takes as long as a check against the
// text of an account.
std::string unmatched_password(unsigned log_n);
// False for a wrong password, and for a malformed stored text.
bool password_matches(std::string_view password, std::string_view stored);

}  // namespace serai::session
