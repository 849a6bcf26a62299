# SPDX-License-Identifier: GPL-2.0-or-later
"""Helpers with which the tests make captures and SIP messages."""
