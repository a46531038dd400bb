#include "base/rfc3339.hpp"

#include <algorithm>
#include <chrono>

namespace serai {
namespace {

constexpr std::int64_t kSecondsMin = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kSecondsMax = 253'402'300'799;  // 9999-12-31T23:59:59Z

// Reads pieces of fixed width from the front of a text. After the first unexpected character, ok()
// is false.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return fail();
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool take(char expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void need(char expected) { ok_ = take(expected) && ok_; }
  bool next_is_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  int fail() {
    ok_ = false;
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<std::int64_t> read_days(Pieces& in) {
  const int year = in.digits(4);
  in.need('-');
  const int month = in.digits(2);
  in.need('-');
  const int day = in.digits(2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!in.ok() || year == 0 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int32_t> read_fraction(Pieces& in) {
  if (!in.take('.')) return 0;
  std::int32_t nanos = 0;
  int count = 0;
  for (; in.next_is_digit() && count < 9; ++count) nanos = nanos * 10 + in.digits(1);
  if (count == 0) return std::nullopt;
  for (; count < 9; ++count) nanos *= 10;
  return nanos;
}

// Seconds to subtract from local time to get UTC.
std::optional<std::int64_t> read_offset(Pieces& in) {
  if (in.take('Z') || in.take('z')) return 0;
  const bool behind = in.take('-');
  if (!behind) in.need('+');
  const int hours = in.digits(2);
  in.need(':');
  const int minutes = in.digits(2);
  if (!in.ok() || hours > 23 || minutes > 59) return std::nullopt;
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  return behind ? -seconds : seconds;
}

// Appends a number of fixed width and the character that follows it.
void append_digits(std::int64_t number, std::size_t count, char next, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + count);
  for (std::size_t i = start + count; i > start; number /= 10) {
    out[--i] = static_cast<char>('0' + number % 10);
  }
  out += next;
}

}  // namespace

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  Pieces in(text);
  const auto days = read_days(in);
  if (!days || !(in.take('T') || in.take('t'))) return std::nullopt;
  const int hours = in.digits(2);
  in.need(':');
  const int minutes = in.digits(2);
  in.need(':');
  const int seconds = in.digits(2);
  const auto nanos = read_fraction(in);
  const auto offset = read_offset(in);
  if (!nanos || !offset || !in.done()) return std::nullopt;
  if (hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  const int second_of_day = hours * 3600 + minutes * 60 + seconds;
  const std::int64_t total = *days * 86'400 + second_of_day - *offset;
  if (total < kSecondsMin || total > kSecondsMax) return std::nullopt;
  return TimePoint{total, *nanos};
}

void append_rfc3339(TimePoint time, std::string& out) {
  using std::chrono::seconds, std::chrono::sys_seconds, std::chrono::days;
  const sys_seconds at{seconds(std::clamp(time.seconds, kSecondsMin, kSecondsMax))};
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{at - day};
  append_digits(static_cast<int>(date.year()), 4, '-', out);
  append_digits(static_cast<unsigned>(date.month()), 2, '-', out);
  append_digits(static_cast<unsigned>(date.day()), 2, 'T', out);
  append_digits(clock.hours().count(), 2, ':', out);
  append_digits(clock.minutes().count(), 2, ':', out);
  const std::int32_t nanos = std::clamp(time.nanos, 0, 999'999'999);
  append_digits(clock.seconds().count(), 2, nanos == 0 ? 'Z' : '.', out);
  if (nanos == 0) return;
  if (nanos % 1'000'000 == 0) return append_digits(nanos / 1'000'000, 3, 'Z', out);
  if (nanos % 1000 == 0) return append_digits(nanos / 1000, 6, 'Z', out);
  append_digits(nanos, 9, 'Z', out);
}

}  // namespace serai
