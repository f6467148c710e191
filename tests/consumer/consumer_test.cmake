# consumer_test.cmake — installs the built tree into a fresh prefix and builds a consumer against it; then configures the
# same consumer with the tree as a subdirectory. (Building that too would compile the library a second time.)
#
#   cmake -D BUILT=<build tree> -D SOURCE=<source tree> -D WORK=<scratch> -D COMPILER=<c++> -P consumer_test.cmake

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(configure "${CMAKE_COMMAND}" -G Ninja -S "${SOURCE}/tests/consumer" -D "CMAKE_CXX_COMPILER=${COMPILER}"
  -D CMAKE_BUILD_TYPE=Debug)
unset(ENV{DESTDIR})
file(REMOVE_RECURSE "${WORK}")

run("${CMAKE_COMMAND}" --install "${BUILT}" --prefix "${WORK}/prefix")
foreach(unit chorus-chat.service chorus-chat.socket)
  if(NOT EXISTS "${WORK}/prefix/lib/systemd/system/${unit}")
    message(FATAL_ERROR "${unit} is not installed")
  endif()
endforeach()
run(${configure} -B "${WORK}/installed" -D "CMAKE_PREFIX_PATH=${WORK}/prefix")
run("${CMAKE_COMMAND}" --build "${WORK}/installed")
run("${WORK}/installed/consumer")
run("${WORK}/installed/consumer_service_test")

run(${configure} -B "${WORK}/subdirectory" -D "CHORUS_SOURCE_DIR=${SOURCE}")
