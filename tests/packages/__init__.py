# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of what is handed on: packages and the source archive."""
