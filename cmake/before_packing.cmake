# SPDX-License-Identifier: GPL-2.0-or-later
# CPack reads this before it packs anything. A source archive takes the words along, as C: they are made now.
if(CPACK_INSTALLED_DIRECTORIES)
    list(GET CPACK_BUILD_SOURCE_DIRS 1 build)
    execute_process(COMMAND ${CMAKE_COMMAND} --build ${build} --target sipexplain_knowledge RESULT_VARIABLE failed OUTPUT_QUIET)
    if(failed)
        message(FATAL_ERROR "The words could not be made into C.")
    endif()
    set(CPACK_PACKAGING_INSTALL_PREFIX "/")
    set(CPACK_INSTALL_CMAKE_PROJECTS "${build}" sipexplain source /)
endif()
