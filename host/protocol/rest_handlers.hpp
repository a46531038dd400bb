// The handlers behind the route table, by subject: accounts, links, storage, notifications,
// matches.
//
// Rules   called with the request parsed and its caller known; each answers its call exactly once.
// Thread  the shard's.
#pragma once

#include <google/protobuf/empty.pb.h>

#include "nakama/api.pb.h"
#include "protocol/rest_call.hpp"

namespace serai::rest {

namespace api = nakama::api;
using Nothing = google::protobuf::Empty;

void healthcheck(RestCallPtr call, const Nothing& request);

void authenticate_custom(RestCallPtr call, const api::AuthenticateCustomRequest& request);
void authenticate_device(RestCallPtr call, const api::AuthenticateDeviceRequest& request);
void authenticate_email(RestCallPtr call, const api::AuthenticateEmailRequest& request);
void refresh_session(RestCallPtr call, const api::SessionRefreshRequest& request);
void logout_session(RestCallPtr call, const api::SessionLogoutRequest& request);

void get_account(RestCallPtr call, const Nothing& request);
void update_account(RestCallPtr call, const api::UpdateAccountRequest& request);
void delete_account(RestCallPtr call, const Nothing& request);
void get_users(RestCallPtr call, const api::GetUsersRequest& request);

void link_custom(RestCallPtr call, const api::AccountCustom& request);
void link_device(RestCallPtr call, const api::AccountDevice& request);
void link_email(RestCallPtr call, const api::AccountEmail& request);
void unlink_custom(RestCallPtr call, const api::AccountCustom& request);
void unlink_device(RestCallPtr call, const api::AccountDevice& request);
void unlink_email(RestCallPtr call, const api::AccountEmail& request);

void read_objects(RestCallPtr call, const api::ReadStorageObjectsRequest& request);
void write_objects(RestCallPtr call, const api::WriteStorageObjectsRequest& request);
void delete_objects(RestCallPtr call, const api::DeleteStorageObjectsRequest& request);
void list_objects(RestCallPtr call, const api::ListStorageObjectsRequest& request);

void list_notifications(RestCallPtr call, const api::ListNotificationsRequest& request);
void delete_notifications(RestCallPtr call, const api::DeleteNotificationsRequest& request);

void list_matches(RestCallPtr call, const api::ListMatchesRequest& request);

// Calls the protocol has and this server does not: they say so by name.
void not_offered(RestCallPtr call, const google::protobuf::Message& request);
// Providers that have a documented answer for "no keys were given to this server".
void not_configured(RestCallPtr call, const google::protobuf::Message& request);
// The same after a look at the one text without which the request is invalid anyway: the first
// field.
void not_configured_but_checked(RestCallPtr call, const google::protobuf::Message& request);

}  // namespace serai::rest
