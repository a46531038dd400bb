// Not part of any program: each CASE is a table that must not compile, with the reason in the
// error.
#include "camp.pb.h"
#include "serai/module.hpp"

using camp::Camp, camp::Look, camp::Light;
constexpr auto kBase = serai::match_kind<Camp>({.name = "bad"});
inline void nothing(Camp&) {}
inline serai::Task<> by_reference(Camp&, const Look&) { co_return; }
inline void stranger(Camp&, double) {}

#if CASE == 1
constexpr auto kKind = kBase.rpc<Look>("rpc_look", nothing);
#elif CASE == 2
constexpr auto kKind = kBase.on<Light>(1, "one", nothing).on<Light>(1, "other", nothing);
#elif CASE == 3
constexpr auto kKind = kBase.schema(3, serai::from<1>(nothing));
#elif CASE == 4
constexpr auto kKind = kBase.call<Look>("svc_look", by_reference);
#elif CASE == 5
constexpr auto kKind = kBase.call<Look>("svc_look", stranger);
#elif CASE == 6
constexpr auto kKind = serai::match_kind<Camp>({.name = "bad.name"});
#else
constexpr auto kKind = kBase.call<Look>("svc_look", nothing);
#endif

constexpr auto kModule = serai::module("bad", "1.0.0", kKind);
SERAI_EXPORT_MODULE(kModule);
