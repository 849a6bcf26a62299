# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversations as readable text, what the plugin must say about them, and what runs both."""
