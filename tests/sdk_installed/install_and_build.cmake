# cmake -DBUILD= -DSOURCE= -DSCRATCH= -DCTEST= -P: installs the SDK, has scripts/new-module make a module of the
# installed template, in a tree that holds nothing else, then builds and tests it alone.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code)
  if(code)
    message(FATAL_ERROR "failed with ${code}: ${ARGN}")
  endif()
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --build ${BUILD} --target serai_testing)
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${SCRATCH}/prefix)
file(COPY ${SOURCE}/scripts/new-module ${SOURCE}/scripts/lib.sh DESTINATION ${SCRATCH}/tree/scripts)
file(COPY ${SCRATCH}/prefix/share/serai/template DESTINATION ${SCRATCH}/tree/sdk)
run(${SCRATCH}/tree/scripts/new-module night_market)
run(${CMAKE_COMMAND} -S ${SCRATCH}/tree/modules/night_market -B ${SCRATCH}/build -G Ninja
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_PREFIX_PATH=${SCRATCH}/prefix)
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${CTEST} --test-dir ${SCRATCH}/build --output-on-failure)
if(NOT EXISTS ${SCRATCH}/build/modules/night_market/night_market.so)
  message(FATAL_ERROR "no night_market.so was built")
endif()
