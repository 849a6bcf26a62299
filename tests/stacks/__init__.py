# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of diagnoses on calls between real SIP programs: Kamailio as proxy, SIPp as phones."""
