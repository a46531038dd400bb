// to_wire: converts values of the host to messages of the client protocol.
//
// Units   times are Unix seconds.
// Thread  any; plain functions.
// Owner   `out` belongs to the caller and must be empty.
#pragma once

#include "model/account.hpp"
#include "model/notification.hpp"
#include "model/presence.hpp"
#include "model/storage_object.hpp"

namespace google::protobuf {
class Timestamp;
}
namespace nakama::api {
class Account;
class Notification;
class StorageObject;
class StorageObjectAck;
class User;
}  // namespace nakama::api
namespace nakama::realtime {
class UserPresence;
}

namespace serai::protocol {

void to_wire(std::int64_t unix_seconds, google::protobuf::Timestamp& out);
void to_wire(const User& user, bool online, nakama::api::User& out);
void to_wire(const Account& account, bool online, nakama::api::Account& out);
void to_wire(const Notification& notification, nakama::api::Notification& out);
void to_wire(const StorageObject& object, nakama::api::StorageObject& out);
void to_wire(const ObjectAck& ack, nakama::api::StorageObjectAck& out);
void to_wire(const Presence& presence, nakama::realtime::UserPresence& out);

}  // namespace serai::protocol
