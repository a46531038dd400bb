// Included before everything else in a build with ThreadSanitizer.
//
// Undefines the macro of ThreadSanitizer after the standard library was included: with it,
// Protobuf's generated classes have more members (map_field.h) than in the system's library.
#pragma once

#include <bits/c++config.h>

#undef __SANITIZE_THREAD__
