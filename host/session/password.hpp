// Passwords: scrypt with a random salt; the stored text carries salt and cost.
//
//   scrypt$<log2 N>$<r>$<p>$<salt>$<hash>      salt and hash in Base64
//
// Not bcrypt, which other servers of this protocol use: OpenSSL has scrypt, scrypt costs an
// attacker memory as well as time, and no client ever sees the stored text.
//
// Errors  hash_password: resource_exhausted when there is not enough memory for it.
// Thread  any, but never a shard: a hash takes tens of milliseconds on purpose.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serai::session {

Result<std::string> hash_password(std::string_view password, unsigned log_n);
// A stored text that no password matches. Checking it takes as long as checking that of an account.
std::string unmatched_password(unsigned log_n);
// False for a wrong password, and for stored text of another form.
bool password_matches(std::string_view password, std::string_view stored);

}  // namespace serai::session
