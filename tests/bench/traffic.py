# SPDX-License-Identifier: GPL-2.0-or-later
"""Large captures, written fast: the frames of one call are built once, then numbered for each call."""

import struct

from lib import pcap, sip

CLIENT, SERVER = ("192.0.2.10", 5060), ("192.0.2.20", 5060)
MEDIA = {CLIENT: "192.0.2.11", SERVER: "192.0.2.21"}
PORT = b"MPORT"  # takes the five digits of the call's RTP port, the same on both sides
NUMBER = b"CALLNUMB"  # takes the eight digits that make each Call-ID, tag and branch unique
RECORD = struct.Struct("<IIII")
STEP = 2000  # microseconds between two frames
UNREACHED = ((486, "Busy Here"), (404, "Not Found"), (480, "Temporarily Unavailable"),
             (503, "Service Unavailable"), (408, "Request Timeout"))
REALM = 'realm="example.com", nonce="4a6f8c21b7e94d03aaCALLNUMB"'
CHALLENGE = "Digest %s, algorithm=MD5, qop=\"auth\"" % REALM
CREDENTIALS = ('Digest username="alice", %s, uri="sip:example.com", algorithm=MD5, qop=auth, nc=00000001, '
               'cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1"' % REALM)
EXTRAS = [("User-Agent", "Example Phone 7.2.1"), ("Supported", "replaces, 100rel, timer"),
          ("Allow", "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, UPDATE, INFO")]
SERVER_EXTRAS = [("Server", "Example PBX 18.4"), ("Allow", "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER")]


class Writer:
    """A pcap file, frame by frame; nothing is kept in memory."""

    def __init__(self, path):
        self._stream = open(path, "wb")  # closed by __exit__
        self._stream.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self._time = pcap.START * 1000000
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stream.close()

    def add(self, frame):
        """Adds one Ethernet frame, a step later than the one before."""
        self._time += STEP
        seconds, micros = divmod(self._time, 1000000)
        self._stream.write(RECORD.pack(seconds, micros, len(frame), len(frame)) + frame)
        self.count += 1


def udp_frame(src, dst, payload):
    """An Ethernet frame with a UDP datagram without checksum, so that its payload may be changed later."""
    frame = pcap.ethernet(pcap.udp_packet(src, dst, payload))
    return frame[:40] + b"\0\0" + frame[42:]


# ---- SIP ---------------------------------------------------------------------------------

def _session(sender):
    return sip.sdp(MEDIA[sender], PORT.decode())


def _request(method, **options):
    headers = EXTRAS + options.pop("headers", [])
    call = options.pop("call", NUMBER.decode())
    return sip.request(method, headers=headers, call=call, from_tag="a" + NUMBER.decode(), **options)


def _response(code, phrase, to_request, headers=(), body=b""):
    return sip.response(code, phrase, to_request, SERVER_EXTRAS + list(headers), body, to_tag="b" + NUMBER.decode())


def _up(data):
    return CLIENT, SERVER, data


def _down(data):
    return SERVER, CLIENT, data


def _registration():
    options = {"uri": "sip:example.com", "to_uri": "sip:alice@example.com"}
    first = _request("REGISTER", headers=[("Expires", 300)], **options)
    second = _request("REGISTER", cseq=2, headers=[("Expires", 300), ("Authorization", CREDENTIALS)], **options)
    contact = [("Contact", "<sip:alice@192.0.2.10:5060>;expires=300")]
    return [_up(first), _down(_response(401, "Unauthorized", first, [("WWW-Authenticate", CHALLENGE)])),
            _up(second), _down(_response(200, "OK", second, contact))]


def _invite_start():
    """The challenged INVITE, its ACK and the INVITE with credentials; returns frames and the latter."""
    session = [("Content-Type", "application/sdp")]
    first = _request("INVITE", headers=session, body=_session(CLIENT))
    refusal = _response(407, "Proxy Authentication Required", first, [("Proxy-Authenticate", CHALLENGE)])
    second = _request("INVITE", cseq=2, headers=session + [("Proxy-Authorization", CREDENTIALS)],
                      body=_session(CLIENT))
    frames = [_up(first), _down(refusal), _up(sip.ack(first, refusal)), _up(second),
              _down(_response(100, "Trying", second))]
    return frames, second


def _call():
    frames, invite = _invite_start()
    contact = [("Contact", "<sip:bob@192.0.2.20:5060>")]
    answer = _response(200, "OK", invite, contact + [("Content-Type", "application/sdp")], _session(SERVER))
    to_tag = "b" + NUMBER.decode()
    bye = _request("BYE", cseq=3, to_tag=to_tag)
    before = frames + [_down(_response(180, "Ringing", invite, contact)), _down(answer),
                       _up(_request("ACK", cseq=2, to_tag=to_tag))]
    return before, [_up(bye), _down(_response(200, "OK", bye))]


def _failed_call(code, phrase):
    frames, invite = _invite_start()
    final = _response(code, phrase, invite)
    return frames + [_down(_response(180, "Ringing", invite)), _down(final), _up(sip.ack(invite, final))]


def _to_frames(messages):
    return [udp_frame(*message) for message in messages]


def _numbered(frames, number):
    """The frames of a call with its number and its RTP port filled in."""
    digits, port = b"%08d" % number, b"%05d" % media_port(number)
    for frame in frames:
        yield frame.replace(NUMBER, digits).replace(PORT, port)


def media_port(number):
    """The RTP port of a call, on both sides."""
    return 10000 + number % 20000 * 2


def write_sip(path, messages):
    """Complete calls, refused calls and registrations; returns the number of messages, not below the one asked for."""
    answered = _to_frames(sum(_call(), []))
    failed = [_to_frames(_failed_call(*reason)) for reason in UNREACHED]
    registration = _to_frames(_registration())
    number = 0
    with Writer(path) as writer:
        while writer.count < messages:
            kind = number % 4
            frames = answered if kind < 2 else registration if kind == 2 else failed[number // 4 % len(failed)]
            for frame in _numbered(frames, number):
                writer.add(frame)
            number += 1
        return writer.count


# ---- hostile SIP -------------------------------------------------------------------------

HIGH = 10000000  # added to numbers that stand in CSeq, so that none begins with 0


def _with_ident(frame, number):
    """The frame with another IPv4 identification, as retransmissions have, and the checksum that goes with it."""
    ident = number % 0xFFFF + 1
    total = 0xFFFF - struct.unpack("!H", frame[24:26])[0] + ident
    checksum = 0xFFFF - (total & 0xFFFF) - (total >> 16)
    return frame[:18] + struct.pack("!H", ident) + frame[20:24] + struct.pack("!H", checksum) + frame[26:]


def _invite_and_answer(call, cseq):
    session = [("Content-Type", "application/sdp")]
    invite = _request("INVITE", headers=session, body=_session(CLIENT), cseq=cseq, call=call)
    contact = [("Contact", "<sip:bob@192.0.2.20:5060>")]
    return _to_frames([_up(invite), _down(_response(200, "OK", invite, contact + session, _session(SERVER)))])


def write_new_calls(path, messages):
    """A new Call-ID in each message: by turns an INVITE that nobody answers and a 200 that nobody asked for."""
    frames = _invite_and_answer(NUMBER.decode(), 1)
    with Writer(path) as writer:
        for number in range(messages):
            for frame in _numbered(frames[number % 2:][:1], number):
                writer.add(frame)
        return writer.count


def write_one_call(path, messages):
    """One Call-ID in all messages; each INVITE and its 200 have a CSeq number, a branch and tags of their own."""
    frames = _invite_and_answer("one-call", NUMBER.decode())
    with Writer(path) as writer:
        while writer.count < messages:
            for frame in _numbered(frames, HIGH + writer.count):
                writer.add(frame)
        return writer.count


def write_one_transaction(path, messages):
    """The same INVITE and the same 200, again and again, as retransmissions."""
    frames = list(_numbered(_invite_and_answer(NUMBER.decode(), 1), 1))
    with Writer(path) as writer:
        for number in range(messages):
            writer.add(_with_ident(frames[number % 2], number))
        return writer.count


# ---- SIP and RTP -------------------------------------------------------------------------

def _rtp_frames(count):
    """RTP frames of 20 ms of G.711 in both directions, with room for the ports."""
    for i in range(count):
        src, dst = (CLIENT, SERVER) if i % 2 == 0 else (SERVER, CLIENT)
        header = struct.pack("!BBHII", 0x80, 0, i // 2, i // 2 * 160, 0x1000 + i % 2)
        yield udp_frame((MEDIA[src], 0), (MEDIA[dst], 0), header + bytes([0xD5]) * 160)


def _with_ports(frame, src, dst):
    return frame[:34] + struct.pack("!HH", src, dst) + frame[38:]


def write_sip_and_rtp(path, frames, messages):
    """Answered calls whose SDP sets up the RTP that fills the rest; returns the number of SIP messages."""
    before, after = (_to_frames(part) for part in _call())
    calls = max(1, messages // (len(before) + len(after)))
    media = list(_rtp_frames(max(2, (frames - messages) // calls)))
    with Writer(path) as writer:
        for number in range(calls):
            for frame in _numbered(before, number):
                writer.add(frame)
            for frame in media:
                writer.add(_with_ports(frame, media_port(number), media_port(number)))
            for frame in _numbered(after, number):
                writer.add(frame)
    return calls * (len(before) + len(after))


# ---- no SIP ------------------------------------------------------------------------------

def _dns(number):
    name = b"\x08host%04d\x07example\x03com\x00" % (number % 10000)
    question = name + struct.pack("!HH", 1, 1)
    answer = struct.pack("!HHHIH", 0xC00C, 1, 1, 300, 4) + pcap.packed("198.51.100.7")
    query = struct.pack("!HHHHHH", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + question
    reply = struct.pack("!HHHHHH", number & 0xFFFF, 0x8180, 1, 1, 0, 0) + question + answer
    client, server = ("198.51.100.5", 20000 + number % 40000), ("198.51.100.53", 53)
    return [udp_frame(client, server, query), udp_frame(server, client, reply)]


def _tcp_frame(src, dst, flags, numbers, payload=b""):
    header = struct.pack("!HHIIBBHHH", src[1], dst[1], numbers[0], numbers[1], 0x50, flags, 64240, 0, 0)
    return pcap.ethernet(pcap.ip_packet(src[0], dst[0], pcap.PROTO_TCP, header + payload))


def _http(number):
    client, server = ("198.51.100.5", 20000 + number % 40000), ("198.51.100.80", 80)
    get = b"GET /page/%06d HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n\r\n" % number
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 400\r\n\r\n" + b"0123456789" * 40
    asked, told = 101 + len(get), 501 + len(page)
    syn, ack, push, fin = 0x02, 0x10, 0x18, 0x11
    return [_tcp_frame(client, server, syn, (100, 0)), _tcp_frame(server, client, syn | ack, (500, 101)),
            _tcp_frame(client, server, ack, (101, 501)), _tcp_frame(client, server, push, (101, 501), get),
            _tcp_frame(server, client, push, (501, asked), page), _tcp_frame(client, server, fin, (asked, told)),
            _tcp_frame(server, client, fin, (told, asked + 1)), _tcp_frame(client, server, ack, (asked + 1, told + 1))]


def write_without_sip(path, frames):
    """DNS, HTTP and UDP streams that no SDP announces."""
    stream = list(_rtp_frames(10))
    number = 0
    with Writer(path) as writer:
        while writer.count < frames:
            for frame in _dns(number) + _http(number):
                writer.add(frame)
            for frame in stream:
                writer.add(_with_ports(frame, 31000 + number % 2000, 33000 + number % 2000))
            number += 1
        return writer.count


def write_empty(path):
    """A capture without frames: what a run costs before the first one."""
    with Writer(path):
        pass
    return 0
