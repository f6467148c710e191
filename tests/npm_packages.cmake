# npm_packages.cmake — installs what package.json names, unless exactly that is installed already.
set(lock "${CMAKE_CURRENT_LIST_DIR}/package-lock.json")
set(installed "${CMAKE_CURRENT_LIST_DIR}/node_modules/.package-lock.json")
if(EXISTS "${installed}" AND "${installed}" IS_NEWER_THAN "${lock}")
  return()
endif()
execute_process(
  COMMAND "${NPM_PROGRAM}" ci --ignore-scripts --no-audit --no-fund
  WORKING_DIRECTORY "${CMAKE_CURRENT_LIST_DIR}"
  COMMAND_ERROR_IS_FATAL ANY)
file(TOUCH "${installed}")
