// A build with ThreadSanitizer includes this file before all others (see the root CMakeLists.txt).
//
// It undefines the macro of ThreadSanitizer, after the standard library has used it. With the
// macro, Protobuf's generated classes would have more members (map_field.h) than in the system's
// library.
#pragma once

#include <bits/c++config.h>

#undef __SANITIZE_THREAD__
