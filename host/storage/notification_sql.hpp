// SQL for notifications, and for the small facts of the host.
//
// Errors  list_notifications(): invalid_argument for a cursor of another list. An error of the Db
//         stays in the Db, and the result is then meaningless.
// Thread  that of the Db.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/store.hpp"
#include "storage/db.hpp"

namespace serai::storage {

void write_notification(Db& db, const Notification& notification);  // persistent ones only
Result<NotificationPage> list_notifications(Db& db,
                                            const Uuid& user,
                                            std::uint32_t limit,
                                            const std::string& cursor);
void delete_notifications(Db& db, const Uuid& user, const std::vector<Uuid>& ids);

// Deletes those of the 500 oldest notifications that are older than `create_s`. Returns their
// number.
std::uint64_t purge_notifications(Db& db, std::int64_t create_s);
// Deletes at most 500 of the player's notifications beyond the newest `max`. Returns their number.
std::uint64_t trim_notifications(Db& db, const Uuid& user, std::uint32_t max);

void put_fact(Db& db, const std::string& name, const std::string& value);
std::optional<std::string> get_fact(Db& db, const std::string& name);

}  // namespace serai::storage
