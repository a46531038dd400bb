// A unique symbol as GCC makes them from any inline variable, unless told not to.
inline int& shared_count() {
  static int count = 0;
  return count;
}
extern "C" __attribute__((visibility("default"))) int touch_unique() { return ++shared_count(); }
