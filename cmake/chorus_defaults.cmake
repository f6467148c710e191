# chorus_defaults.cmake — the compiler settings every target of this tree shares.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# Inside somebody else's build the rest is theirs to decide.
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release)
  endif()
  find_program(CHORUS_CCACHE ccache)
  if(CHORUS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CHORUS_CCACHE}")
  endif()
endif()

# What we hold our own code to; users of the library are not asked to share it.
add_library(chorus_warnings INTERFACE)
target_compile_options(chorus_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<BOOL:${CHORUS_WARNINGS_AS_ERRORS}>:-Werror>)
# GCC 12 takes `"literal" + std::string` for an overlapping copy (GCC bug 105651), in optimised code a shared_ptr that was
# moved from for an uninitialised one, and the frames of Asio's coroutines for memory that is freed by the wrong operator.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(chorus_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized
    -Wno-mismatched-new-delete)
endif()

# From scratch it is quicker to compile several sources as one: half the time of each goes into what it includes. Who
# changes one of them compiles its neighbours as well, so the presets for writing code leave this off.
option(CHORUS_UNITY "Compile several sources at once" OFF)
function(chorus_compile_at_once)
  set_target_properties(${ARGN} PROPERTIES UNITY_BUILD ${CHORUS_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  # GCC takes each of them for a header, and warns of what is only ours becoming part of what everybody sees.
  if(CHORUS_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    foreach(target IN LISTS ARGN)
      target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endforeach()
  endif()
endfunction()

# A sanitizer must see the whole program, and the first finding ends the test. The library itself is optimised a little,
# for a bearable speed; doing that to the tests as well would double the time they take to compile.
if(CHORUS_SANITIZE)
  add_compile_options(-fsanitize=${CHORUS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_options(-g1) # lines for the stack of a finding; more would take a fifth of the time to compile
  add_link_options(-fsanitize=${CHORUS_SANITIZE})
  # GCC says for each fence in Asio that it cannot see it; the suites still find what races.
  if(CHORUS_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()

# For the library alone: what `tests/coverage.sh` reads. Several threads count in the same places, hence atomically.
add_library(chorus_instrumented INTERFACE)
if(CHORUS_SANITIZE)
  target_compile_options(chorus_instrumented INTERFACE -O1)
endif()
if(CHORUS_COVERAGE)
  target_compile_options(chorus_instrumented INTERFACE --coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

# libFuzzer follows what its inputs reach; the library is asked to check its own indices as well.
if(CHORUS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
