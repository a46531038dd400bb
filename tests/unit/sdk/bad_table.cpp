// Not part of any program: each CASE is a table that must not compile, with the reason in the
// error.
#include "camp.pb.h"
#include "serai/module.hpp"

using camp::Camp, camp::Look, camp::Light;
inline void nothing(Camp&) {}
inline serai::Task<> by_reference(Camp&, const Look&) { co_return; }
inline void stranger(Camp&, double) {}

template <class... Rows>
constexpr auto bad(Rows... rows) {
  return serai::match_kind<Camp>({.name = "bad"}, rows...);
}

constexpr serai::Call<Look> kLook{"bad", "svc_look"};
constexpr serai::Call<Look> kElsewhere{"good", "svc_look"};
constexpr serai::Call<Look, Camp> kAnswers{"bad", "svc_look"};
constexpr serai::Timer<Look> kTimer{"ring"};

#if CASE == 1
constexpr auto kKind = bad(serai::rpc<Look>("rpc_look", nothing));
#elif CASE == 2
constexpr auto kKind =
    bad(serai::on<Light>(1, "one", nothing), serai::on<Light>(1, "other", nothing));
#elif CASE == 3
constexpr auto kKind = bad(serai::schema(3, serai::from<1>(nothing)));
#elif CASE == 4
constexpr auto kKind = bad(serai::call(kLook, by_reference));
#elif CASE == 5
constexpr auto kKind = bad(serai::call(kLook, stranger));
#elif CASE == 6
constexpr auto kKind = serai::match_kind<Camp>({.name = "bad.name"});
#elif CASE == 7
constexpr auto kKind = bad(serai::call(kElsewhere, nothing));
#elif CASE == 8
constexpr auto kKind = bad(serai::call(kAnswers, nothing));
#elif CASE == 9
constexpr auto kKind = serai::kind<Camp>({.name = "bad"}, serai::join(nothing));
#elif CASE == 10
constexpr auto kKind = bad(serai::schema(1), serai::schema(2));
#elif CASE == 11
constexpr auto kKind = bad(serai::timer(kTimer, stranger));
#elif CASE == 12
constexpr auto kKind = bad(serai::call(kLook, nothing));
constexpr auto kModule =
    serai::module("bad", "1.0.0", kKind).accounts(serai::Accounts{.prefix = "town"});
#else
constexpr auto kKind = bad(serai::call(kLook, nothing), serai::timer(kTimer, nothing));
#endif

#if CASE != 12
constexpr auto kModule = serai::module("bad", "1.0.0", kKind);
#endif
SERAI_EXPORT_MODULE(kModule);
