// Files in the data directory by which `host ctl` on the same machine finds and may ask a host:
// admin.token (readable by this user only) and ops.address (the address bound, port 0 resolved).
//
// Errors  permission_denied: the file of the token belongs to another user or is open to others;
//         permission_denied, internal: the file and the system's text.
// Thread  any; blocking.
#pragma once

#include <string>

#include "base/result.hpp"

namespace serai::app {

// The token in the directory. A missing one is made, with 256 random bits.
Result<std::string> open_admin_token(const std::string& data_dir);
Result<std::string> read_admin_token(const std::string& data_dir);

Result<> write_ops_address(const std::string& data_dir, const std::string& endpoint);
Result<std::string> read_ops_address(const std::string& data_dir);

}  // namespace serai::app
