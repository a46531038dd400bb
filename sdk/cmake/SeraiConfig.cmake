# find_package(Serai): serai::abi, serai::sdk, serai::testing, serai_add_module(), serai_add_module_test().
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/SeraiModule.cmake)
get_filename_component(SERAI_PREFIX ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)

if(NOT TARGET serai::abi)
  _serai_lite_runtime()
  _serai_full_runtime()

  add_library(serai::abi INTERFACE IMPORTED GLOBAL)
  target_include_directories(serai::abi INTERFACE ${SERAI_PREFIX}/include)

  add_library(serai::sdk INTERFACE IMPORTED GLOBAL)
  target_link_libraries(serai::sdk INTERFACE serai::abi serai_protobuf_lite)
  target_compile_features(serai::sdk INTERFACE cxx_std_20)

  # The host's libraries that serai::testing links. Each stands before the libraries it uses, as linkers require.
  find_dependency(OpenSSL)
  find_dependency(SQLite3)
  set(host_libraries)
  foreach(library storage loading runtime ports abi model base)
    list(APPEND host_libraries ${SERAI_PREFIX}/lib/libserai_${library}.a)
  endforeach()
  add_library(serai::testing STATIC IMPORTED GLOBAL)
  set_target_properties(serai::testing PROPERTIES IMPORTED_LOCATION ${SERAI_PREFIX}/lib/libserai_testing.a)
  target_link_libraries(serai::testing INTERFACE serai::abi ${host_libraries} serai_protobuf_full
    SQLite::SQLite3 OpenSSL::Crypto ${CMAKE_DL_LIBS})
  target_compile_features(serai::testing INTERFACE cxx_std_20)
endif()
