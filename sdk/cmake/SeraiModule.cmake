# serai_add_module(): builds a gameplay module with all flags that it needs to be loaded and unloaded safely.
#
#   serai_add_module(battle VERSION 1.2.0 PROTO battle.proto SOURCES battle.cpp rules.cpp
#                    [TARGET battle_v2] [PROTO_DIR dir] [INCLUDES dir ...] [LINKS target ...] [FOLDER dir])
#
#   <TARGET>         (default: the name) the library <build>/modules/<TARGET>/<name>.so
#   <TARGET>_proto   its messages, for tests to link
#   <TARGET>_asan    the same module under AddressSanitizer, built when a test needs it
#   FOLDER           the library's folder, instead of <build>/modules/<TARGET>
#
#   Stops with an error when the C++ compiler breaks coroutines: tests/coroutines/README.md.
#
# serai_add_module_test(battle_test SOURCES battle_test.cpp MODULES battle [OTHERS battle_v1]
#                       [INCLUDES dir ...] [LINKS target ...])
#   builds a test with the test host of sdk/testing. The macro SERAI_MODULE_<TARGET> is the path of each module's
#   library. The messages of OTHERS are not linked, because two versions of one .proto cannot be in one program.
#   Test and modules are built with AddressSanitizer, which also finds leaks; SERAI_TEST_SANITIZE=OFF turns it off.

option(SERAI_TEST_SANITIZE "Run the tests of modules under AddressSanitizer" ON)
set(SERAI_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# A program that loads modules hides the symbols of the static libraries it links. Under clang's ThreadSanitizer it
# hides Protobuf only: the sanitizer's runtime is such a library, and modules take its symbols from the program.
set(SERAI_HIDDEN_LIBS ALL)
set(SERAI_LINK_DEFS -Wl,-z,defs)
if(SERAI_SANITIZE STREQUAL "thread")
  set(SERAI_HIDDEN_LIBS libprotobuf.a)
  set(SERAI_LINK_DEFS "")
endif()

# sdk/README.md, "What is forbidden and why", has the reason for each flag.
set(SERAI_MODULE_COMPILE_OPTIONS
  -fPIC -fvisibility=hidden
  $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
set(SERAI_MODULE_LINK_OPTIONS
  -Wl,--exclude-libs,ALL -Wl,-z,now ${SERAI_LINK_DEFS} -Wl,-z,relro -Wl,-z,noexecstack
  -Wl,--build-id=sha1 -Wl,-Bsymbolic -Wl,--as-needed)

# Finds the shared lite runtime. With it, two versions of one .proto can be in one process.
function(_serai_lite_runtime)
  if(NOT TARGET serai_protobuf_lite)
    find_library(SERAI_PROTOBUF_LITE NAMES libprotobuf-lite.so REQUIRED)
    find_path(SERAI_PROTOBUF_INCLUDE google/protobuf/message_lite.h REQUIRED)
    find_program(SERAI_PROTOC protoc REQUIRED)
    add_library(serai_protobuf_lite SHARED IMPORTED GLOBAL)
    set_target_properties(serai_protobuf_lite PROPERTIES
      IMPORTED_LOCATION ${SERAI_PROTOBUF_LITE}
      INTERFACE_INCLUDE_DIRECTORIES ${SERAI_PROTOBUF_INCLUDE})
  endif()
endfunction()

# Finds the static full runtime for tests. It adds no symbols to the process's global scope.
function(_serai_full_runtime)
  if(NOT TARGET serai_protobuf_full)
    find_library(SERAI_PROTOBUF_STATIC NAMES libprotobuf.a REQUIRED)
    find_package(Threads REQUIRED)
    add_library(serai_protobuf_full STATIC IMPORTED GLOBAL)
    set_target_properties(serai_protobuf_full PROPERTIES
      IMPORTED_LOCATION ${SERAI_PROTOBUF_STATIC}
      INTERFACE_INCLUDE_DIRECTORIES ${SERAI_PROTOBUF_INCLUDE}
      INTERFACE_LINK_LIBRARIES Threads::Threads)
  endif()
endfunction()

# Generates the messages of one target. Sets <out_sources>, <out_dir> and <out_contract> in the caller's scope.
function(_serai_generate target proto_dir out_sources out_dir out_contract)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/${target}_gen)
  file(MAKE_DIRECTORY ${dir})
  set(sources)
  set(headers)
  set(files)
  foreach(proto ${ARGN})
    get_filename_component(file ${proto} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    file(RELATIVE_PATH stem ${proto_dir} ${file})
    string(REGEX REPLACE "\\.proto$" "" stem ${stem})
    list(APPEND files ${file})
    list(APPEND sources ${dir}/${stem}.pb.cc)
    list(APPEND headers ${dir}/${stem}.pb.h)
  endforeach()
  add_custom_command(
    OUTPUT ${sources} ${headers} ${dir}/contract.desc
    COMMAND ${SERAI_PROTOC} -I${proto_dir} --cpp_out=${dir} --include_imports
            --descriptor_set_out=${dir}/contract.desc ${files}
    DEPENDS ${files}
    COMMENT "messages of ${target}" VERBATIM)
  # Top-level assembly in C++ instead of an .S file, so that the project needs no further language.
  file(GENERATE OUTPUT ${dir}/contract.cpp CONTENT
"asm(\".pushsection .serai.contract,\\\"a\\\",@progbits\\n\"
    \".incbin \\\"${dir}/contract.desc\\\"\\n\"
    \".popsection\\n\");
")
  set_source_files_properties(${dir}/contract.cpp PROPERTIES OBJECT_DEPENDS ${dir}/contract.desc)
  set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS -w)
  set(${out_sources} ${sources} PARENT_SCOPE)
  set(${out_dir} ${dir} PARENT_SCOPE)
  set(${out_contract} ${dir}/contract.cpp PARENT_SCOPE)
endfunction()

# Stops when this compiler breaks coroutines. The check runs once per configuration; a module in C skips it.
function(_serai_check_compiler name sources)
  if(NOT "${sources}" MATCHES "\\.(cc|cpp|cxx)(;|$)")
    return()
  endif()
  if(NOT DEFINED SERAI_COROUTINES_RUN)
    get_target_property(includes serai::abi INTERFACE_INCLUDE_DIRECTORIES)
    try_run(SERAI_COROUTINES_RUN SERAI_COROUTINES_COMPILED
      ${CMAKE_BINARY_DIR}/coroutine_check ${SERAI_CMAKE_DIR}/coroutine_check/check.cpp
      CMAKE_FLAGS -DINCLUDE_DIRECTORIES=${includes} CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
      COMPILE_OUTPUT_VARIABLE compiled RUN_OUTPUT_VARIABLE seen)
    set(SERAI_COROUTINES_SEEN "${seen}" CACHE INTERNAL "what the compiler breaks")
    if(NOT SERAI_COROUTINES_COMPILED)
      set(SERAI_COROUTINES_SEEN "${compiled}" CACHE INTERNAL "")
    endif()
  endif()
  if(NOT SERAI_COROUTINES_COMPILED OR NOT SERAI_COROUTINES_RUN EQUAL 0)
    string(STRIP "${SERAI_COROUTINES_SEEN}" seen)
    message(FATAL_ERROR "serai_add_module(${name}): ${CMAKE_CXX_COMPILER} (${CMAKE_CXX_COMPILER_ID} "
      "${CMAKE_CXX_COMPILER_VERSION}) breaks correct coroutines (${seen}). A module made by it corrupts the "
      "host's memory while its tests pass.\n"
      "Install clang (apt-get install clang) and configure a new build folder with -DCMAKE_CXX_COMPILER=clang++")
  endif()
endfunction()

# Finds AddressSanitizer's runtime as a shared library, because test and modules must use the same one. clang
# links a static one by default and does not report where the shared one is. g++ uses the shared one by itself.
function(_serai_find_sanitizer out)
  set(runtime "")
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    execute_process(
      COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so
      OUTPUT_VARIABLE runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT EXISTS ${runtime})
      set(runtime NOTFOUND)
    endif()
  endif()
  set(${out} ${runtime} PARENT_SCOPE)
endfunction()

function(_serai_sanitize target)
  set(flags -fsanitize=address -fno-omit-frame-pointer)
  _serai_find_sanitizer(runtime)
  if(runtime)
    get_filename_component(folder ${runtime} DIRECTORY)
    list(APPEND flags -shared-libsan)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
      target_link_options(${target} PRIVATE -Wl,-rpath,${folder})
    endif()
  endif()
  target_compile_options(${target} PRIVATE ${flags})
  target_link_options(${target} PRIVATE ${flags})
endfunction()

function(_serai_link_module target name folder)
  set(script ${CMAKE_CURRENT_BINARY_DIR}/${target}.version)
  file(WRITE ${script} "{ global: serai_module_entry; local: *; };\n")
  target_compile_options(${target} PRIVATE ${SERAI_MODULE_COMPILE_OPTIONS})
  target_link_options(${target} PRIVATE ${SERAI_MODULE_LINK_OPTIONS} -Wl,--version-script,${script})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} SUFFIX .so NO_SONAME ON LINK_DEPENDS ${script}
    LIBRARY_OUTPUT_DIRECTORY ${folder} SKIP_BUILD_RPATH ON INSTALL_RPATH "")
endfunction()

function(serai_add_module name)
  cmake_parse_arguments(ARG "" "TARGET;VERSION;PROTO_DIR;FOLDER" "PROTO;SOURCES;INCLUDES;LINKS" ${ARGN})
  if(NOT ARG_VERSION OR NOT ARG_SOURCES OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "serai_add_module(${name}) needs VERSION and SOURCES; unknown: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  set(target ${ARG_TARGET})
  if(NOT target)
    set(target ${name})
  endif()
  if(NOT ARG_FOLDER)
    set(ARG_FOLDER ${CMAKE_BINARY_DIR}/modules/${target})
  endif()
  _serai_check_compiler(${name} "${ARG_SOURCES}")
  add_library(${target} MODULE ${ARG_SOURCES})
  target_compile_definitions(${target} PRIVATE SERAI_MODULE_VERSION="${ARG_VERSION}")
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${ARG_INCLUDES})
  target_link_libraries(${target} PRIVATE ${ARG_LINKS})
  if(ARG_PROTO)
    if(NOT ARG_PROTO_DIR)
      set(ARG_PROTO_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    endif()
    get_filename_component(ARG_PROTO_DIR ${ARG_PROTO_DIR} ABSOLUTE)
    _serai_lite_runtime()
    _serai_generate(${target} ${ARG_PROTO_DIR} sources dir contract ${ARG_PROTO})
    # Compiled once, with hidden symbols, for the module and its tests.
    add_library(${target}_messages OBJECT ${sources})
    target_compile_options(${target}_messages PRIVATE ${SERAI_MODULE_COMPILE_OPTIONS})
    target_compile_features(${target}_messages PUBLIC cxx_std_20)
    target_include_directories(${target}_messages SYSTEM PUBLIC ${dir} ${SERAI_PROTOBUF_INCLUDE})
    add_library(${target}_proto STATIC $<TARGET_OBJECTS:${target}_messages>)
    set_target_properties(${target}_proto PROPERTIES LINKER_LANGUAGE CXX)
    target_include_directories(${target}_proto SYSTEM PUBLIC ${dir})
    add_dependencies(${target}_proto ${target}_messages)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_messages> ${contract})
    target_include_directories(${target} SYSTEM PRIVATE ${dir})
    target_link_libraries(${target} PRIVATE serai::sdk)
    add_dependencies(${target} ${target}_messages)
  else()
    target_link_libraries(${target} PRIVATE serai::abi)
  endif()
  _serai_link_module(${target} ${name} ${ARG_FOLDER})
  # Without tests, no sanitizer runtime is needed. With SERAI_SANITIZE the module is sanitized already.
  _serai_find_sanitizer(runtime)
  if(SERAI_TEST_SANITIZE AND NOT SERAI_SANITIZE AND NOT "${runtime}" STREQUAL "NOTFOUND")
    _serai_add_sanitized(${target} ${name} ${ARG_FOLDER})
  endif()
endfunction()

# <TARGET>_asan: the module's sources again, with every property the module has, also those set later. It links
# the module's own message objects, because generated code is not under test.
function(_serai_add_sanitized target name folder)
  add_library(${target}_asan MODULE EXCLUDE_FROM_ALL $<TARGET_PROPERTY:${target},SOURCES>)
  target_compile_definitions(${target}_asan PRIVATE $<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>)
  target_include_directories(${target}_asan PRIVATE $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
  target_link_libraries(${target}_asan PRIVATE $<TARGET_PROPERTY:${target},LINK_LIBRARIES>)
  if(TARGET ${target}_messages)
    target_include_directories(${target}_asan SYSTEM PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${target}_gen)
    add_dependencies(${target}_asan ${target}_messages)
  endif()
  _serai_link_module(${target}_asan ${name} ${folder}_asan)
  _serai_sanitize(${target}_asan)
endfunction()

function(serai_add_module_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;MODULES;OTHERS;LINKS;INCLUDES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${ARG_INCLUDES})
  set(kind "")
  if(SERAI_TEST_SANITIZE AND NOT SERAI_SANITIZE)
    set(kind _asan)
    _serai_find_sanitizer(runtime)
    if("${runtime}" STREQUAL "NOTFOUND")
      message(FATAL_ERROR "serai_add_module_test(${name}): ${CMAKE_CXX_COMPILER} lacks the shared runtime of "
        "AddressSanitizer. Install it (apt-get install libclang-rt-14-dev, by the compiler's version), or "
        "test without: -DSERAI_TEST_SANITIZE=OFF")
    endif()
    _serai_sanitize(${name})
  endif()
  foreach(module ${ARG_MODULES} ${ARG_OTHERS})
    target_compile_definitions(${name} PRIVATE SERAI_MODULE_${module}="$<TARGET_FILE:${module}${kind}>")
    add_dependencies(${name} ${module}${kind})
    if(module IN_LIST ARG_MODULES AND TARGET ${module}_proto)
      target_link_libraries(${name} PRIVATE ${module}_proto)
    endif()
  endforeach()
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} serai::testing)
  # The test links its own copy of Protobuf. Hiding it keeps modules from binding to that copy.
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,${SERAI_HIDDEN_LIBS})
  add_test(NAME ${name} COMMAND ${name})
endfunction()
