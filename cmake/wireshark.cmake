# SPDX-License-Identifier: GPL-2.0-or-later
# Which Wireshark the plugin is for: the one whose tree this folder is in, else the installed one.

string(COMPARE NOTEQUAL "${CMAKE_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}" SX_IN_WIRESHARK)
if(SX_IN_WIRESHARK)
    set(ws_target epan)
    return()
endif()

find_package(Wireshark 4.0 CONFIG QUIET)
if(Wireshark_FOUND)
    set(ws_target epan)
    set(ws_version ${Wireshark_VERSION})
    set(ws_prefix ${Wireshark_INSTALL_PREFIX})
    set(ws_plugin_dir ${Wireshark_PLUGIN_INSTALL_DIR})
    get_target_property(ws_includes epan INTERFACE_INCLUDE_DIRECTORIES)
else()
    pkg_check_modules(WIRESHARK REQUIRED IMPORTED_TARGET "wireshark>=4.0")
    set(ws_target PkgConfig::WIRESHARK)
    set(ws_version ${WIRESHARK_VERSION})
    pkg_get_variable(ws_prefix wireshark prefix)
    pkg_get_variable(ws_plugin_dir wireshark plugindir)
    set(ws_includes ${WIRESHARK_INCLUDE_DIRS})
endif()
string(REGEX MATCH "^[0-9]+[.][0-9]+" ws_version_dir ${ws_version})
message(STATUS "Wireshark ${ws_version}")

# Into Wireshark's own prefix, unless told otherwise; relative, so that --prefix and DESTDIR work.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
    set(CMAKE_INSTALL_PREFIX ${ws_prefix} CACHE PATH "Where Wireshark is" FORCE)
endif()
file(RELATIVE_PATH ws_plugin_dir ${ws_prefix} ${ws_plugin_dir})
