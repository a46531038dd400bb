// Validation: the input rules for identities, user names and profiles (rest.md, section 8).
//
// Only these functions check the rules. The protocol layer passes the input of the client on.
//
// Errors  invalid_argument; the client sees the text.
// Thread  any.
#pragma once

#include <string>
#include <string_view>

#include "ports/identity.hpp"

namespace serai::session {

inline constexpr std::size_t kUsernameBytesMax = 128;

Result<> check_username(std::string_view username);
// Checks the identity of a link or a login. Converts an e-mail address to lower case.
Result<> check_identity(Identity& identity);
Result<> check_password(std::string_view password);
// Checks all fields of a login. A login with a password may have a user name instead of an e-mail
// address.
Result<> check_credentials(Credentials& credentials);
Result<> check_update(const AccountUpdate& update);

}  // namespace serai::session
