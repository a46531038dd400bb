#include "protocol/wire.hpp"

#include "nakama/api.pb.h"
#include "nakama/realtime.pb.h"

namespace serai::protocol {

void to_wire(std::int64_t unix_seconds, google::protobuf::Timestamp& out) {
  out.set_seconds(unix_seconds);
}

void to_wire(const User& user, bool online, nakama::api::User& out) {
  out.set_id(user.id.text());
  out.set_username(user.username);
  out.set_display_name(user.display_name);
  out.set_avatar_url(user.avatar_url);
  out.set_lang_tag(user.lang_tag);
  out.set_location(user.location);
  out.set_timezone(user.timezone);
  out.set_metadata(user.metadata);
  out.set_online(online);
  to_wire(user.create_s, *out.mutable_create_time());
  to_wire(user.update_s, *out.mutable_update_time());
}

void to_wire(const Account& account, bool online, nakama::api::Account& out) {
  to_wire(account.user, online, *out.mutable_user());
  out.set_email(account.email);
  out.set_custom_id(account.custom_id);
  for (const std::string& device : account.devices) out.add_devices()->set_id(device);
  if (account.verify_s != 0) to_wire(account.verify_s, *out.mutable_verify_time());
  if (account.disable_s != 0) to_wire(account.disable_s, *out.mutable_disable_time());
}

void to_wire(const Notification& notification, nakama::api::Notification& out) {
  out.set_id(notification.id.text());
  out.set_subject(notification.subject);
  out.set_content(notification.content);
  out.set_code(notification.code);
  if (!notification.sender_id.is_nil()) out.set_sender_id(notification.sender_id.text());
  to_wire(notification.create_s, *out.mutable_create_time());
  out.set_persistent(notification.persistent);
}

void to_wire(const StorageObject& object, nakama::api::StorageObject& out) {
  out.set_collection(object.key.collection);
  out.set_key(object.key.key);
  out.set_user_id(object.key.user_id.text());
  out.set_value(object.value);
  out.set_version(object.version);
  out.set_permission_read(object.permission_read);
  out.set_permission_write(object.permission_write);
  to_wire(object.create_s, *out.mutable_create_time());
  to_wire(object.update_s, *out.mutable_update_time());
}

void to_wire(const ObjectAck& ack, nakama::api::StorageObjectAck& out) {
  out.set_collection(ack.key.collection);
  out.set_key(ack.key.key);
  out.set_user_id(ack.key.user_id.text());
  out.set_version(ack.version);
  to_wire(ack.create_s, *out.mutable_create_time());
  to_wire(ack.update_s, *out.mutable_update_time());
}

void to_wire(const Presence& presence, nakama::realtime::UserPresence& out) {
  out.set_user_id(presence.user_id.text());
  out.set_session_id(presence.session_id.text());
  out.set_username(presence.username);
}

}  // namespace serai::protocol
