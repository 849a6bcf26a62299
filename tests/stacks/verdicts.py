# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of real stacks share about verdicts."""

BAD = ("failure", "anomaly", "violation")
LATE = "retransmit.repeated"  # a busy machine may make any of the programs wait 0.5 s
