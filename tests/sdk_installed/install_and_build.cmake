# cmake -DBUILD= -DSOURCE= -DSCRATCH= -P: installs the SDK and does in an empty folder what its README says,
# "Outside the checkout": a module begun, built, tested, released, served and called, and another in Rust.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code)
  if(code)
    message(FATAL_ERROR "failed with ${code}: ${ARGN}")
  endif()
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH}/empty)
run(${CMAKE_COMMAND} --build ${BUILD} --target sdk)
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${SCRATCH}/prefix)
set(installed ${SCRATCH}/prefix/share/serai)

# Compiler and flags of this build must not reach the other one; only the compiler cache is shared.
foreach(name CC CXX CFLAGS CXXFLAGS LDFLAGS)
  unset(ENV{${name}})
endforeach()
find_program(CCACHE ccache)
if(CCACHE)
  set(ENV{CMAKE_CXX_COMPILER_LAUNCHER} ${CCACHE})
endif()
set(ENV{SERAI} ${SCRATCH}/prefix)
execute_process(COMMAND ${SOURCE}/tests/sdk_installed/run_readme ${installed}/README.md
  WORKING_DIRECTORY ${SCRATCH}/empty RESULT_VARIABLE code)
if(code)
  message(FATAL_ERROR "the README's commands failed with ${code}")
endif()

# The defaults must hold: no compiler and no build type was given.
set(module ${SCRATCH}/empty/build/modules/night_market/night_market.so)
execute_process(COMMAND readelf -SW -p .comment ${module} OUTPUT_VARIABLE seen)
if(NOT seen MATCHES "clang version" OR NOT seen MATCHES "\\.debug_info")
  message(FATAL_ERROR "${module} was not made by clang with debug symbols")
endif()

# A handler that reads past an end must fail its test, because AddressSanitizer is on by default.
set(source ${SCRATCH}/empty/night_market/night_market.cpp)
file(READ ${source} text)
string(REPLACE "view.set_guests(night_market.guests_size())"
  "view.set_guests(std::vector<int>(3).data()[3 + night_market.cheers()])" wrong "${text}")
if(wrong STREQUAL text)
  message(FATAL_ERROR "the line to break is not in ${source}")
endif()
file(WRITE ${source} "${wrong}")
run(${CMAKE_COMMAND} --build ${SCRATCH}/empty/build)
execute_process(COMMAND ${SCRATCH}/empty/build/night_market_test RESULT_VARIABLE code ERROR_VARIABLE seen
  OUTPUT_QUIET)
if(NOT code OR NOT seen MATCHES "heap-buffer-overflow.*on_get")
  message(FATAL_ERROR "a read past an end passed the tests: ${seen}")
endif()

# The Rust example again, by cargo if it is installed: offline, and without writing beside the source.
find_program(CARGO cargo)
if(CARGO)
  run(${CARGO} build --release --offline --locked --manifest-path ${installed}/examples/rust_counter/Cargo.toml
    --target-dir ${SCRATCH}/empty/cargo)
  run(${SCRATCH}/prefix/bin/serai-host check ${SCRATCH}/empty/cargo/release/libcounter.so)
endif()
