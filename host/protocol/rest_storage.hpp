// REST handlers: storage objects. The handlers check the input rules; the ObjectStore port checks
// permissions and versions.
//
// Rules   the request is parsed, and its caller is checked as the route requires. Each handler
//         answers its call exactly once.
// Thread  the shard's.
// Owner   each handler takes its call.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

void read_objects(RestCallPtr call, const api::ReadStorageObjectsRequest& request);
void write_objects(RestCallPtr call, const api::WriteStorageObjectsRequest& request);
void delete_objects(RestCallPtr call, const api::DeleteStorageObjectsRequest& request);
void list_objects(RestCallPtr call, const api::ListStorageObjectsRequest& request);

}  // namespace serai::protocol::rest
