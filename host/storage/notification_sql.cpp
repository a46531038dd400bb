#include "storage/notification_sql.hpp"

#include "base/parse_number.hpp"
#include "storage/cursor.hpp"

namespace serai::storage {
namespace {

constexpr char kNotificationTag = 'n';

std::optional<std::int64_t> parse_place(const std::string& cursor) {
  if (cursor.empty()) return 0;
  const auto place = decode_cursor(kNotificationTag, cursor);
  if (!place) return std::nullopt;
  const auto seq = parse_number<std::int64_t>(*place);
  return seq && *seq >= 0 ? seq : std::nullopt;
}

}  // namespace

void write_notification(Db& db, const Notification& notification) {
  if (!notification.persistent) return;
  Query(db,
        "INSERT INTO notifications(user_id, id, subject, content, code, sender_id, create_s) "
        "VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(user_id, id) DO NOTHING",
        notification.user_id,
        notification.id,
        notification.subject,
        notification.content,
        notification.code,
        notification.sender_id,
        notification.create_s)
      .run();
}

Result<NotificationPage> list_notifications(Db& db,
                                            const Uuid& user,
                                            std::uint32_t limit,
                                            const std::string& cursor) {
  const auto after = parse_place(cursor);
  if (!after) return Error{Errc::invalid_argument, "Malformed cursor was used."};
  std::int64_t last = *after;
  NotificationPage page;
  Query query(db,
              "SELECT seq, id, subject, content, code, sender_id, create_s FROM notifications "
              "WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?",
              user,
              *after,
              limit);
  while (query.row()) {
    last = query.integer(0);
    Notification notification;
    notification.id = query.uuid(1);
    notification.user_id = user;
    notification.subject = query.text(2);
    notification.content = query.text(3);
    notification.code = static_cast<std::int32_t>(query.integer(4));
    notification.sender_id = query.uuid(5);
    notification.create_s = query.integer(6);
    notification.persistent = true;
    page.notifications.push_back(std::move(notification));
  }
  page.cursor = page.notifications.empty() && !cursor.empty()
                    ? cursor
                    : encode_cursor(kNotificationTag, std::to_string(last));
  return page;
}

void delete_notifications(Db& db, const Uuid& user, const std::vector<Uuid>& ids) {
  for (const Uuid& id : ids) {
    Query(db, "DELETE FROM notifications WHERE user_id = ? AND id = ?", user, id).run();
  }
}

std::uint64_t purge_notifications(Db& db, std::int64_t create_s) {
  Query(db,
        "DELETE FROM notifications WHERE create_s < ?1 AND seq IN "
        "(SELECT seq FROM notifications ORDER BY seq LIMIT 500)",
        create_s)
      .run();
  return db.failed() ? 0 : static_cast<std::uint64_t>(db.changes());
}

std::uint64_t trim_notifications(Db& db, const Uuid& user, std::uint32_t max) {
  Query(db,
        "DELETE FROM notifications WHERE seq IN (SELECT seq FROM notifications "
        "WHERE user_id = ? ORDER BY seq DESC LIMIT 500 OFFSET ?)",
        user,
        max)
      .run();
  return db.failed() ? 0 : static_cast<std::uint64_t>(db.changes());
}

void put_fact(Db& db, const std::string& name, const std::string& value) {
  Query(db,
        "INSERT INTO facts(name, value) VALUES(?, ?) "
        "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        name,
        Bytes{value})
      .run();
}

std::optional<std::string> get_fact(Db& db, const std::string& name) {
  Query query(db, "SELECT value FROM facts WHERE name = ?", name);
  if (!query.row()) return std::nullopt;
  return query.text(0);
}

}  // namespace serai::storage
