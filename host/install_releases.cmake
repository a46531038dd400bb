# Publishes the sample releases into an install prefix; a `current` link that is there stays.
set(prefix "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
foreach(release v1.0.0 v1.1.0)
  execute_process(
    COMMAND ${source}/scripts/release build ${release} --dir ${prefix}/releases --build ${build}
            --host ${prefix}/host
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
if(NOT EXISTS ${prefix}/releases/current)
  execute_process(
    COMMAND ${source}/scripts/release use v1.0.0 --dir ${prefix}/releases COMMAND_ERROR_IS_FATAL ANY)
endif()
