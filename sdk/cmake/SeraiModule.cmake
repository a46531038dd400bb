# serai_add_module(): a gameplay module with every flag that loading and unloading it safely needs.
#
#   serai_add_module(battle VERSION 1.2.0 PROTO battle.proto SOURCES battle.cpp rules.cpp
#                    [TARGET battle_v2] [PROTO_DIR dir] [INCLUDES dir ...] [LINKS target ...] [FOLDER dir])
#
#   <TARGET>         (default: the name) the library, made as <build>/modules/<TARGET>/<name>.so
#   <TARGET>_proto   its messages, for tests to link
#   FOLDER           another place for the library
#
# serai_add_module_test(battle_test SOURCES battle_test.cpp MODULES battle [OTHERS battle_v1]
#                       [INCLUDES dir ...] [LINKS target ...])
#   a test against sdk/testing; SERAI_MODULE_<TARGET> is the path of each module's library. The
#   messages of OTHERS are not linked: two versions of one .proto cannot be in one program.

set(SERAI_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# Why each flag: sdk/README.md, "What is forbidden and why".
set(SERAI_MODULE_COMPILE_OPTIONS
  -fPIC -fvisibility=hidden
  $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
set(SERAI_MODULE_LINK_OPTIONS
  -Wl,--exclude-libs,ALL -Wl,-z,now -Wl,-z,defs -Wl,-z,relro -Wl,-z,noexecstack
  -Wl,--build-id=sha1 -Wl,-Bsymbolic -Wl,--as-needed)

# The shared lite runtime: two versions of one .proto may then live in one process.
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

# The static full runtime of tests, which leaves nothing in the process's global scope.
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

# Generates the messages of one target: sets <out_sources>, <out_dir> and <out_contract> for the caller.
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
  # Top-level assembly instead of an .S file: needs no further language in the project.
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
    # Compiled once, hidden, for the module and for its tests alike.
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
endfunction()

function(serai_add_module_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;MODULES;OTHERS;LINKS;INCLUDES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${ARG_INCLUDES})
  foreach(module ${ARG_MODULES} ${ARG_OTHERS})
    target_compile_definitions(${name} PRIVATE SERAI_MODULE_${module}="$<TARGET_FILE:${module}>")
    add_dependencies(${name} ${module})
    if(module IN_LIST ARG_MODULES AND TARGET ${module}_proto)
      target_link_libraries(${name} PRIVATE ${module}_proto)
    endif()
  endforeach()
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} serai::testing)
  # The test has its own copy of Protobuf; a module must not find it.
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
