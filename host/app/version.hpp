// The version of this host, from CMakeLists.txt.
#pragma once

namespace serai::app {
inline constexpr char kVersion[] = SERAI_VERSION;
}
