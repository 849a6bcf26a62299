# SPDX-License-Identifier: GPL-2.0-or-later
"""Broken input: fuzzers of the engine, and damaged captures for the plugin."""
