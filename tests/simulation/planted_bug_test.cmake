# planted_bug_test.cmake — A program with a bug in it must be found out, by the promise that the bug breaks, and a second
# run of the seed that showed it must tell the same story to the byte.
#
#   cmake -D PROGRAM=... -D SENTENCE=... -P planted_bug_test.cmake

function(run_seeds seeds status told)
  execute_process(COMMAND "${PROGRAM}" --seeds ${seeds} ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output)
  set(${status} "${result}" PARENT_SCOPE)
  set(${told} "${output}" PARENT_SCOPE)
endfunction()

run_seeds(1..2000 status told)
if(NOT status EQUAL 1 OR NOT told MATCHES "BROKEN at seed ([0-9]+), step [0-9]+: ${SENTENCE}")
  message(FATAL_ERROR "not found out (exit code ${status}), or for another reason:\n${told}")
endif()
set(seed ${CMAKE_MATCH_1})
message(STATUS "${CMAKE_MATCH_0}")

run_seeds(${seed}..${seed} status first --show)
run_seeds(${seed}..${seed} status second --show)
if(NOT first STREQUAL second)
  message(FATAL_ERROR "seed ${seed} tells two stories")
endif()
string(FIND "${first}" "${CMAKE_MATCH_0}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "seed ${seed} alone shows something else than among the others:\n${first}")
endif()
