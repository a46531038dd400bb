// RPC over REST. It has its own rules of authentication, bodies and errors.
//
// Thread  the shard's.
// Owner   handle_rpc() takes the call and answers it exactly once.
#pragma once

#include <string_view>

#include "protocol/rest_routes.hpp"

namespace serai::protocol {

bool is_rpc_path(std::string_view path);
void handle_rpc(RestCallPtr call);

}  // namespace serai::protocol
