# cmake -DSDK= -DCOMPILER= -DSCRATCH= [-DREFUSED=yes] -P: configures a project with a module in C++ and one in C by
# that compiler. The module in C++ must be refused with advice, or both accepted.
file(REMOVE_RECURSE ${SCRATCH})
file(WRITE ${SCRATCH}/guest.cpp "")
file(WRITE ${SCRATCH}/guest.c "")
file(WRITE ${SCRATCH}/CMakeLists.txt "
cmake_minimum_required(VERSION 3.25)
project(guest LANGUAGES C CXX)
add_library(serai::abi INTERFACE IMPORTED)
target_include_directories(serai::abi INTERFACE ${SDK}/include)
include(${SDK}/cmake/SeraiModule.cmake)
serai_add_module(guest_in_c VERSION 1.0.0 SOURCES guest.c)
message(STATUS \"taken: C\")
serai_add_module(guest VERSION 1.0.0 SOURCES guest.cpp)
message(STATUS \"taken: C++\")
")
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SCRATCH} -B ${SCRATCH}/build -DCMAKE_CXX_COMPILER=${COMPILER}
  RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
set(wanted "taken: C\n" "taken: C\\+\\+\n")
if(REFUSED)
  set(wanted "taken: C\n" "breaks correct coroutines \\(conditional_argument: copied byte by byte\\)"
    "apt-get install clang" "-DCMAKE_CXX_COMPILER=clang\\+\\+")
endif()
string(REGEX REPLACE "\n +" " " said "${said}")  # CMake breaks the lines of an error
foreach(text ${wanted})
  if(NOT said MATCHES "${text}")
    message(FATAL_ERROR "not said: ${text}\n${said}")
  endif()
endforeach()
if((REFUSED AND code EQUAL 0) OR (NOT REFUSED AND NOT code EQUAL 0))
  message(FATAL_ERROR "exit code ${code}\n${said}")
endif()
