// REST handlers: storage objects. The input rules are checked here, permissions and versions behind
// the ObjectStore port.
//
// Rules   called with the request parsed and its caller known; each answers its call exactly once.
// Thread  the shard's.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

void read_objects(RestCallPtr call, const api::ReadStorageObjectsRequest& request);
void write_objects(RestCallPtr call, const api::WriteStorageObjectsRequest& request);
void delete_objects(RestCallPtr call, const api::DeleteStorageObjectsRequest& request);
void list_objects(RestCallPtr call, const api::ListStorageObjectsRequest& request);

}  // namespace serai::protocol::rest
