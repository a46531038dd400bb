// Validation: the input rules for identities, user names and profiles (protocol, REST section 8).
//
// Only this file checks them: the protocol layer passes on what the client sent.
//
// Errors  invalid_argument with the text the client sees.
// Thread  any.
#pragma once

#include <string>
#include <string_view>

#include "ports/identity.hpp"

namespace serai::session {

inline constexpr std::size_t kUsernameBytesMax = 128;

Result<> check_username(std::string_view username);
// For linking and logging in. Puts an e-mail address into lower case.
Result<> check_identity(Identity& identity);
Result<> check_password(std::string_view password);
// All of a login, including one by e-mail without an address, by name.
Result<> check_credentials(Credentials& credentials);
Result<> check_update(const AccountUpdate& update);

}  // namespace serai::session
