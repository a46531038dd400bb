// Tracked: a text that stores its own address, and so detects a compiler's mistakes with
// temporaries.
//
// Finds   a bytewise copy, a second destruction, a use after destruction, and an object that is
//         never destroyed.
// Owner   the bytes are on the heap, so that a sanitizer finds the same mistakes. After a mistake
//         the object is left alone, so that the program goes on and can report the wrong case.
// Thread  one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

class Tracked {
 public:
  Tracked() : Tracked(std::string_view()) {}
  Tracked(const char* text)
      : Tracked(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  explicit Tracked(std::string_view text) { begin(text); }
  Tracked(const Tracked& other) { begin(other); }
  Tracked(Tracked&& other) noexcept { begin(other); }
  Tracked& operator=(const Tracked& other) {
    if (this == &other) return *this;
    const Tracked copy(other);
    if (is_alive()) {
      delete[] bytes_;
      copy_bytes(copy);
    }
    return *this;
  }
  ~Tracked() {
    if (!is_alive()) return;
    delete[] bytes_;
    *find(this) = nullptr;
    self_ = nullptr;
  }

  operator std::string_view() const {  // NOLINT(google-explicit-constructor)
    if (!is_alive()) return "(gone)";
    return {bytes_, size_};
  }
  std::size_t size() const { return std::string_view(*this).size(); }
  Tracked& operator+=(std::string_view more) { return *this = *this + more; }

  friend Tracked operator+(const Tracked& left, std::string_view right) {
    Tracked sum;
    delete[] sum.bytes_;
    const std::string_view first = left;
    sum.size_ = first.size() + right.size();
    sum.bytes_ = new char[sum.size_ + 1];
    std::copy(right.begin(), right.end(), std::copy(first.begin(), first.end(), sum.bytes_));
    return sum;
  }
  friend Tracked operator+(const char* left, const Tracked& right) {
    return Tracked(left) + std::string_view(right);
  }
  friend bool operator==(const Tracked& left, const Tracked& right) {
    return std::string_view(left) == std::string_view(right);
  }

  // The first mistake; null: none. alive() is the number of objects that are not destroyed.
  static const char* mistake() { return first_mistake; }
  static std::size_t alive() {
    return kPlaces - static_cast<std::size_t>(std::count(places.begin(), places.end(), nullptr));
  }

 private:
  static constexpr std::size_t kPlaces = 1024;
  // NOLINTBEGIN(readability-identifier-naming): state of the whole program on purpose
  static inline std::array<const Tracked*, kPlaces> places{};
  static inline const char* first_mistake = nullptr;
  // NOLINTEND(readability-identifier-naming)

  static const Tracked** find(const Tracked* object) {
    return std::find(places.data(), places.data() + kPlaces, object);
  }
  static void complain(const char* mistake) {
    if (first_mistake == nullptr) first_mistake = mistake;
  }

  void begin(std::string_view text) {
    self_ = this;
    copy_bytes(text);
    const Tracked** place = find(this);
    if (place != places.data() + kPlaces)
      return complain("never destroyed, and its place taken by another");
    place = find(nullptr);
    if (place == places.data() + kPlaces) return complain("too many at once");
    *place = this;
  }
  void copy_bytes(std::string_view text) {
    size_ = text.size();
    bytes_ = new char[size_ + 1];
    std::copy(text.begin(), text.end(), bytes_);
  }
  bool is_alive() const {
    const bool listed = find(this) != places.data() + kPlaces;
    if (listed && self_ == this) return true;
    complain(self_ != nullptr && self_ != this ? "copied byte by byte"
                                               : "destroyed twice or used after its end");
    return false;
  }

  const Tracked* self_;
  char* bytes_;
  std::size_t size_;
};
