# SPDX-License-Identifier: GPL-2.0-or-later
"""What is raised for a .flow file that cannot be used."""


class FlowError(Exception):
    """The text is "file:line: what is wrong"."""
