# chorus_install.cmake — what `cmake --install` puts where, so that find_package(chorus) gives what there is to link.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/chorus")

install(TARGETS chorus chorus_test EXPORT chorus_targets INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/lib/include/chorus" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT chorus_targets NAMESPACE chorus:: FILE chorus-targets.cmake DESTINATION "${package_dir}")

# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/chorus-config-version.cmake" COMPATIBILITY SameMinorVersion)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/chorus-config.cmake.in"
  "${PROJECT_BINARY_DIR}/chorus-config.cmake" INSTALL_DESTINATION "${package_dir}")
install(FILES "${PROJECT_BINARY_DIR}/chorus-config.cmake" "${PROJECT_BINARY_DIR}/chorus-config-version.cmake"
  DESTINATION "${package_dir}")
