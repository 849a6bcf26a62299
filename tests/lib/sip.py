# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages as bytes, the same each time: no randomness, no clock."""

# In `headers` of the functions below:
#   (name, value)   replaces all default headers of this name, else is added; a name given
#                   several times makes several headers
#   (name, None)    drops the header
#   a str or bytes  is added as a line of its own, exactly as written


def _bytes(text):
    return text if isinstance(text, bytes) else str(text).encode("utf-8", "surrogateescape")


def _merge(defaults, headers):
    """The defaults with the changes of headers, as a list of lines."""
    pairs = [item for item in headers if not isinstance(item, (str, bytes))]
    changed = {_bytes(name).lower() for name, _ in pairs}
    lines, placed = [], set()

    def place(key):
        if key not in placed:
            placed.add(key)
            lines.extend(_bytes(name) + b": " + _bytes(value) for name, value in pairs
                         if _bytes(name).lower() == key and value is not None)

    for name, value in defaults:
        if _bytes(name).lower() in changed:
            place(_bytes(name).lower())
        else:
            lines.append(_bytes(name) + b": " + _bytes(value))
    for item in headers:
        if isinstance(item, (str, bytes)):
            lines.append(_bytes(item))
        else:
            place(_bytes(item[0]).lower())
    return lines


def message(start_line, defaults=(), headers=(), body=b"", end=b"\r\n"):
    """Any SIP message; Content-Length is added before the given headers are merged in."""
    body = _bytes(body)
    defaults = list(defaults) + [("Content-Length", len(body))]
    lines = [_bytes(start_line)] + _merge(defaults, headers)
    return end.join(lines) + end + end + body


def fields(data):
    """The headers of a message: a list of (name, value), both str; folded lines are joined."""
    head = data.partition(b"\r\n\r\n")[0].decode("utf-8", "surrogateescape")
    pairs = []
    for line in head.split("\r\n")[1:]:
        if line[:1] in (" ", "\t") and pairs:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + " " + line.strip())
        else:
            name, _, value = line.partition(":")
            pairs.append((name.strip(), value.strip()))
    return pairs


def field(data, name):
    """The value of the first header of this name, or None."""
    return next((value for key, value in fields(data) if key.lower() == name.lower()), None)


def request(method="INVITE", uri="sip:bob@example.com", headers=(), body=b"", *, call="call-1",
            cseq=1, via="192.0.2.10:5060", transport="UDP", branch=None, from_tag="a1",
            to_tag=None, from_uri="sip:alice@example.com", to_uri=None):
    """A SIP request. call, cseq and method make the branch, unless it is given."""
    branch = branch or "z9hG4bK-%s-%s-%s" % (call, cseq, method)
    to_value = "<%s>" % (to_uri or uri) + (";tag=" + to_tag if to_tag else "")
    defaults = [
        ("Via", "SIP/2.0/%s %s;branch=%s" % (transport, via, branch)),
        ("Max-Forwards", 70),
        ("From", "<%s>;tag=%s" % (from_uri, from_tag)),
        ("To", to_value),
        ("Call-ID", call + "@example.com"),
        ("CSeq", "%s %s" % (cseq, method)),
    ]
    if method in ("INVITE", "REGISTER", "SUBSCRIBE", "REFER", "UPDATE", "OPTIONS"):
        defaults.append(("Contact", "<sip:alice@%s>" % via))
    return message("%s %s SIP/2.0" % (method, uri), defaults, headers, body)


def response(code, phrase, to_request, headers=(), body=b"", *, to_tag="b1"):
    """A SIP response to a request (bytes, or a list of (name, value) to copy from)."""
    copied = fields(to_request) if isinstance(to_request, bytes) else list(to_request)
    defaults = []
    for name in ("via", "record-route", "from", "to", "call-id", "cseq"):
        for key, value in copied:
            if key.lower() == name and (name != "record-route" or 101 <= int(code) <= 299):
                if name == "to" and int(code) != 100 and ";tag=" not in value and to_tag:
                    value += ";tag=" + to_tag
                defaults.append((key, value))
    start_line = b"SIP/2.0 " + _bytes(code) + b" " + _bytes(phrase)
    return message(start_line, defaults, headers, body)


def ack(invite, final, headers=()):
    """The ACK of the same transaction for a final response of 300 or more to an INVITE."""
    return _follow("ACK", invite, field(final, "To"), headers)


def cancel(invite, headers=()):
    """The CANCEL of an INVITE."""
    return _follow("CANCEL", invite, field(invite, "To"), headers)


def _follow(method, invite, to_value, headers):
    uri = invite.split(b" ", 2)[1].decode()
    number = field(invite, "CSeq").split()[0]
    defaults = [("Via", field(invite, "Via")), ("Max-Forwards", 70),
                ("From", field(invite, "From")), ("To", to_value),
                ("Call-ID", field(invite, "Call-ID")), ("CSeq", "%s %s" % (number, method))]
    return message("%s %s SIP/2.0" % (method, uri), defaults, headers)


def sdp(address="192.0.2.10", port=40000):
    """A small SDP body (send Content-Type: application/sdp with it)."""
    version = "IP6" if ":" in address else "IP4"
    return ("v=0\r\no=- 1 1 IN {0} {1}\r\ns=-\r\nc=IN {0} {1}\r\nt=0 0\r\n"
            "m=audio {2} RTP/AVP 0 8\r\n").format(version, address, port).encode()
