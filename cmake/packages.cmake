# SPDX-License-Identifier: GPL-2.0-or-later
# Packages: `cmake --build build --target package` makes two of Debian's, the command and the plugin with the profile, and
# `--target package_source` an archive that builds without Python. ../docs/packages.md tells about both.

set(SX_PACKAGE_RELEASE 1 CACHE STRING "Counts the packages made of one version")
set(SX_MAINTAINER "SIP Explain <sipexplain@example.org>" CACHE STRING "Who answers for the packages: name <address>")

set(CPACK_PACKAGE_NAME sipexplain)
set(CPACK_PACKAGE_CONTACT "${SX_MAINTAINER}")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)

# ---- Debian ----

find_program(SX_DPKG_SHLIBDEPS dpkg-shlibdeps)
if(SX_DPKG_SHLIBDEPS AND SX_GZIP)
    set(CPACK_GENERATOR DEB)
    set(CPACK_DEB_COMPONENT_INSTALL ON)
    set(CPACK_COMPONENTS_ALL command debian_command)
    set(CPACK_COMPONENT_COMMAND_GROUP command)
    set(CPACK_COMPONENT_DEBIAN_COMMAND_GROUP command)
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_SECTION net)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON) # the soname of libwireshark is the package of its minor version
    # The version of Wireshark counts too: an update of the system brings a newer package of the same sources.
    set(CPACK_DEBIAN_PACKAGE_RELEASE ${SX_PACKAGE_RELEASE}+ws${ws_version_dir})
    if(NOT SX_PLUGIN)
        set(CPACK_DEBIAN_PACKAGE_RELEASE ${SX_PACKAGE_RELEASE})
    endif()

    set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME sipexplain)
    set(CPACK_DEBIAN_COMMAND_DESCRIPTION "explain SIP responses, captures and logs of SIP on the command line
Tells what a SIP status code means, when it is seen, its likely causes and what
to do about it, without network; compares codes; and checks text logs of SIP
servers and phones for what went wrong.
.
With the package sipexplain-wireshark it checks captures, too.")
    set(CPACK_DEBIAN_COMMAND_PACKAGE_SUGGESTS "sipexplain-wireshark, tshark")

    set(CPACK_DEBIAN_PLUGIN_PACKAGE_NAME sipexplain-wireshark)
    set(CPACK_DEBIAN_PLUGIN_DESCRIPTION "Wireshark plugin that explains SIP responses in captures
Adds a tree to each SIP message: what the status code means, why this response
was sent here, with the frames that prove it, and what to do about it. Brings
fields, filters, columns, expert items, reports, a profile, and HEP.
.
The plugin is loaded by Wireshark and tshark of one minor version.")
    set(CPACK_DEBIAN_PLUGIN_PACKAGE_RECOMMENDS sipexplain)
    set(CPACK_DEBIAN_PLUGIN_PACKAGE_SUGGESTS "wireshark, tshark")
    set(CPACK_DEBIAN_PLUGIN_PACKAGE_ENHANCES wireshark)

    string(TIMESTAMP sx_date "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH, if it is set
    # What Debian wants in each package, in the folder that has its name.
    function(sx_debian_documents component package)
        set(folder ${PROJECT_BINARY_DIR}/debian/${package})
        configure_file(${PROJECT_SOURCE_DIR}/cmake/debian/changelog.in ${folder}/changelog.Debian @ONLY)
        configure_file(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${folder}/changelog COPYONLY)
        execute_process(COMMAND ${SX_GZIP} -9nkf changelog.Debian changelog WORKING_DIRECTORY ${folder})
        install(FILES ${folder}/changelog.Debian.gz ${folder}/changelog.gz
            ${PROJECT_SOURCE_DIR}/cmake/debian/copyright
            DESTINATION share/doc/${package} COMPONENT ${component} EXCLUDE_FROM_ALL)
    endfunction()
    sx_debian_documents(debian_command sipexplain)
    if(SX_PLUGIN)
        list(APPEND CPACK_COMPONENTS_ALL plugin debian_plugin)
        set(CPACK_COMPONENT_PLUGIN_GROUP plugin)
        set(CPACK_COMPONENT_DEBIAN_PLUGIN_GROUP plugin)
        sx_debian_documents(debian_plugin sipexplain-wireshark)
    endif()
endif()

# ---- the source archive ----

set(CPACK_SOURCE_GENERATOR TXZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME sipexplain-${PROJECT_VERSION})
install(DIRECTORY ${PROJECT_BINARY_DIR}/src/made/ DESTINATION src/made COMPONENT source EXCLUDE_FROM_ALL)
set(CPACK_BUILD_SOURCE_DIRS ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
string(REGEX REPLACE "([][+.*^$()|?\\\\{}])" "\\\\\\1" sx_root "${PROJECT_SOURCE_DIR}")
string(REGEX REPLACE "([][+.*^$()|?\\\\{}])" "\\\\\\1" sx_build "${PROJECT_BINARY_DIR}")
set(CPACK_SOURCE_IGNORE_FILES "^${sx_root}/build" "^${sx_root}/\\.git(/|$)" "^${sx_root}/src/made/" "^${sx_build}/" /__pycache__/)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/cmake/before_packing.cmake)
include(CPack)
