// Passwords: scrypt with a random salt; the stored text carries salt and cost.
//
//   scrypt$<log2 N>$<r>$<p>$<salt>$<hash>      salt and hash in Base64
//
// Not bcrypt, as elsewhere under this protocol: OpenSSL has scrypt, it costs an attacker memory as
// well as time, and no client ever sees the stored text.
//
// Errors  hash_password: resource_exhausted when there is no memory for it.
// Thread  any, but never a shard: a hash takes tens of milliseconds on purpose.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serai {

Result<std::string> hash_password(std::string_view password, unsigned log_n);
// A stored text no password matches; to look at it takes as long as at that of an account.
std::string unmatched_password(unsigned log_n);
// False for a wrong password and for stored text of another form.
bool password_matches(std::string_view password, std::string_view stored);

}  // namespace serai
