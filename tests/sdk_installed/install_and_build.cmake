# cmake -DBUILD= -DSCRATCH= -DCTEST= -P: installs the SDK, then builds and tests the template alone.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code)
  if(code)
    message(FATAL_ERROR "failed with ${code}: ${ARGN}")
  endif()
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --build ${BUILD} --target serai_testing)
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${SCRATCH}/prefix)
file(COPY ${SCRATCH}/prefix/share/serai/template DESTINATION ${SCRATCH})
run(${CMAKE_COMMAND} -S ${SCRATCH}/template -B ${SCRATCH}/build -G Ninja
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_PREFIX_PATH=${SCRATCH}/prefix)
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${CTEST} --test-dir ${SCRATCH}/build --output-on-failure)
if(NOT EXISTS ${SCRATCH}/build/modules/tavern/tavern.so)
  message(FATAL_ERROR "no tavern.so was built")
endif()
