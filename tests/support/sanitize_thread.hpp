// Included before everything else in a build with ThreadSanitizer.
//
// Protobuf's generated classes have further members where this macro is set (in map_field.h),
// and the system's library was built without them. The standard library has read it by then.
#pragma once

#include <bits/c++config.h>

#undef __SANITIZE_THREAD__
