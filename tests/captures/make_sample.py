# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes sample.pcap, the capture that try.sh shows: python3 -m captures.make_sample (in tests/)."""

import os

from lib.pcap import Capture
from lib.sip import ack, message, request, response

PHONE = ("192.0.2.10", 5060)
SERVER = ("198.51.100.5", 5060)
CARRIER = ("203.0.113.20", 5060)


def make():
    """The capture: a login, a call to a busy phone, a refused offer, an overload, a transfer that fails."""
    capture = Capture()

    def ask(text, peer=SERVER):
        capture.udp(PHONE, peer, text)

    def answer(text, peer=SERVER):
        capture.udp(peer, PHONE, text)

    register = request("REGISTER", "sip:example.com", call="login", cseq=1)
    ask(register)
    answer(response(401, "Unauthorized", register, [
        ("WWW-Authenticate", 'Digest realm="example.com", nonce="4f2a", algorithm=MD5, qop="auth"')]))
    again = request("REGISTER", "sip:example.com", [
        ("Authorization", 'Digest username="alice", realm="example.com", nonce="4f2a", '
         'uri="sip:example.com", response="00000000000000000000000000000000"')], call="login", cseq=2)
    ask(again)
    answer(response(200, "OK", again, [("Contact", "<sip:alice@192.0.2.10>;expires=600")]))

    def refused_call(name, code, phrase, headers=(), peer=SERVER):
        invite = request("INVITE", f"sip:{name}@example.com", call=name)
        ask(invite, peer)
        answer(response(100, "Trying", invite), peer)
        final = response(code, phrase, invite, list(headers))
        answer(final, peer)
        ask(ack(invite, final), peer)

    refused_call("bob", 486, "Busy Here", [("Reason", 'Q.850;cause=17;text="User busy"')])
    refused_call("carol", 488, "Not Acceptable Here",
                 [("Warning", '304 example.com "Media type not available"')])
    refused_call("dave", 503, "Service Unavailable", [("Retry-After", "30")], CARRIER)

    options = request("OPTIONS", "sip:example.com", call="probe")
    ask(options)
    answer(response(405, "Method Not Allowed", options))

    notify = request("NOTIFY", "sip:alice@192.0.2.10", [
        ("Event", "refer"), ("Subscription-State", "terminated;reason=noresource"),
        ("Content-Type", "message/sipfrag;version=2.0")], b"SIP/2.0 404 Not Found\r\n", call="transfer")
    answer(notify)
    ask(response(200, "OK", notify))
    return capture


if __name__ == "__main__":
    make().write(os.path.join(os.path.dirname(__file__), "sample.pcap"))
