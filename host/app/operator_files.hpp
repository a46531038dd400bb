// Files in the data directory that `host ctl` on the same machine reads: admin.token (the token of
// the admin API) and ops.address (the bound address, with the real port if 0 was configured). Only
// the host's user may read them.
//
// Errors  permission_denied: the file of the token belongs to another user or is open to others.
//         permission_denied, internal: the detail has the file and the system's text. not_found:
//         there is no such file.
// Thread  any; blocks on the disk.
#pragma once

#include <string>

#include "base/result.hpp"

namespace serai::app {

// Reads the token of the host. A missing one is made from three random UUIDs (366 random bits).
Result<std::string> open_admin_token(const std::string& data_dir);
Result<std::string> read_admin_token(const std::string& data_dir);

Result<> write_ops_address(const std::string& data_dir, const std::string& endpoint);
Result<std::string> read_ops_address(const std::string& data_dir);

}  // namespace serai::app
