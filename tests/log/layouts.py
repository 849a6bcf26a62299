# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes messages as the programs do whose logs are read: one layout a format.

A layout is a function (message, clock) to the bytes of one record. `message` has the bytes as they were sent, a time and
a direction; `clock` is "us", "ms", "s" or None: what the stamps show. Line ends are those of the program's own file.
"""

import collections
import datetime
import itertools

Sent = collections.namedtuple("Sent", "data sent micros")  # sent: by the program that writes the log
Layout = collections.namedtuple("Layout", "write name ends clocks noise wire transport")
# ends: "peer", "both" or None; clocks: the kinds that it has; noise: lines of other threads; wire: CRLF is kept

START = datetime.datetime(2024, 2, 29, 23, 59, 58, 250000)
_SEQUENCE = itertools.count(1718476, 2)  # of syslog records; they never follow each other at once
CALL_ID = "7c2e91@192.0.2.10"

_V4 = ("192.0.2.10", "198.51.100.20")  # the client, the server that writes the log
_V6 = ("2001:db8:1::10", "2001:db8:2::20")


def host(address):
    """As it stands in a URI."""
    return "[%s]" % address if ":" in address else address


def _sdp(address, marks):
    version = "IP6" if ":" in address else "IP4"
    lines = ["v=0", "o=- 31 32 IN %s %s" % (version, address), "s=-", "c=IN %s %s" % (version, address), "t=0 0",
             "m=audio 20100 RTP/AVP 8 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000"]
    return "".join(line + "\r\n" for line in lines + ["a=" + mark for mark in marks])


def conversation(v6=False, transport="UDP"):
    """INVITE, 100, 200, ACK, BYE, 200: what the server receives and sends; 0.75 s apart, over midnight."""
    client, server = _V6 if v6 else _V4
    common = ["Via: SIP/2.0/%s %s:5060;branch=z9hG4bK-%%s;rport" % (transport, host(client)),
              "From: \"A & B\" <sip:a@%s>;tag=f1" % host(client), "To: <sip:b@%s>%%s" % host(server),
              "Call-ID: " + CALL_ID]
    def message(start, branch, cseq, tag="", extra=(), body=""):
        lines = [start] + [line % {0: branch, 2: tag}[i] if i in (0, 2) else line for i, line in enumerate(common)]
        lines += ["CSeq: " + cseq, *extra]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append("Content-Length: %d" % len(body))
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
    uri, tag = "sip:b@" + host(server), ";tag=t2"
    contact = ["Contact: <sip:%s@%s>" % pair for pair in (("a", host(client)), ("b", host(server)))]
    texts = [
        (message("INVITE %s SIP/2.0" % uri, "1", "1 INVITE", extra=contact[:1] + ["Max-Forwards: 70"],
                 body=_sdp(client, ["sendrecv", "ptime:20"])), False),
        (message("SIP/2.0 100 Trying", "1", "1 INVITE"), True),
        (message("SIP/2.0 200 OK", "1", "1 INVITE", tag, contact[1:], _sdp(server, ["sendrecv"])), True),
        (message("ACK %s SIP/2.0" % uri, "2", "1 ACK", tag), False),
        (message("BYE %s SIP/2.0" % uri, "3", "2 BYE", tag, ['Reason: Q.850;cause=16;text="done"']), False),
        (message("SIP/2.0 200 OK", "3", "2 BYE", tag), True),
    ]
    start = int((START - datetime.datetime(1970, 1, 1)).total_seconds() * 1000000) + 7
    return [Sent(data, sent, start + 750000 * i) for i, (data, sent) in enumerate(texts)]


class Record:
    """What the layouts need to know of a message."""

    def __init__(self, message, clock, v6, transport):
        self.clock, self.transport = clock, transport
        self.time = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=message.micros)
        self.micros, self.sent, self.data = message.micros, message.sent, message.data
        self.client, self.server = ("%s:5060" % host(address) for address in (_V6 if v6 else _V4))
        self.source, self.destination = (self.server, self.client) if self.sent else (self.client, self.server)
        self.text = self.data.decode().replace("\r\n", "\n")

    def fraction(self, mark="."):
        """Of the second, as fine as the clock."""
        return {"us": mark + self.time.strftime("%f"), "ms": mark + self.time.strftime("%f")[:3]}.get(self.clock, "")

    def stamp(self, form, mark="."):
        """A time in this form with a fraction behind."""
        return self.time.strftime(form) + self.fraction(mark)

    def word(self, received, sent):
        """One of two words."""
        return sent if self.sent else received


def asterisk_pjsip(r):
    prefix = "[%s] VERBOSE[4711][C-0000001f] res_pjsip_logger.c: " % r.stamp("%Y-%m-%d %H:%M:%S") if r.clock else ""
    return ("%s<--- %s SIP %s (%d bytes) %s %s:%s --->\n" % (
        prefix, r.word("Received", "Transmitting"), "response" if r.text.startswith("SIP/") else "request",
        len(r.data), r.word("from", "to"), r.transport, r.client)).encode() + r.data + b"\n"


def asterisk_chan_sip(r):
    prefix = "[%s] VERBOSE[2101] chan_sip.c: " % r.stamp("%b %e %H:%M:%S") if r.clock else ""
    if not r.sent:
        return ("%s\n<--- SIP read from %s:%s --->\n%s\n<------------->\n--- (11 headers 0 lines) ---\n" % (
            prefix, r.transport, r.client, r.text)).encode()
    return ("%s\n<--- Reliably Transmitting (no NAT) to %s --->\n%s\n\n<------------>\n" % (
        prefix, r.client, r.text)).encode()


def asterisk_retransmitting(r):
    prefix = "[%s] VERBOSE[2101] chan_sip.c: " % r.stamp("%b %e %H:%M:%S") if r.clock else ""
    if not r.sent:
        return asterisk_chan_sip(r)
    return ("%sRetransmitting #1 (NAT) to %s:\n%s\n---\n" % (prefix, r.client, r.text)).encode()


def freeswitch(r):
    return ("%s %d bytes %s %s/%s at %s:\n%s\n%s\n" % (
        r.word("recv", "send"), len(r.data), r.word("from", "to"), r.transport.lower(), r.client,
        r.time.strftime("%H:%M:%S.%f"), "-" * 72, r.text)).encode()


def freeswitch_old(r):
    lines = ["-" * 72, *r.text[:-1].split("\n"), "-" * 72]
    return ("%s %d bytes %s %s/%s at %s:\n%s\n" % (
        r.word("recv", "send"), len(r.data), r.word("from", "to"), r.transport.lower(), r.client,
        r.time.strftime("%H:%M:%S.%f"), "\n".join("   " + line for line in lines))).encode()


def kamailio_sipdump(r):
    ends = [value for end in (r.source, r.destination) for value in end.rsplit(":", 1)]
    return ("%s\ntag: %s\npid: 4711\nprocess: 3\ntime: %d.%06d\ndate: %s\nproto: %s ipv4\nsrcip: %s\nsrcport: %s\n"
            "dstip: %s\ndstport: %s\n%s\n" % (
                "=" * 20, r.word("rcv", "snd"), r.micros // 1000000, r.micros % 1000000,
                r.time.strftime("%a %b %e %H:%M:%S %Y"), r.transport.lower(), *ends, "~" * 20)).encode() + r.data + \
        b"||||||||||||||||||||\n"


def sngrep(r):
    return ("%s %s -> %s\n" % (r.stamp("%Y/%m/%d %H:%M:%S"), r.source, r.destination)).encode() + r.data + b"\n\n"


def homer(r):
    return ("proto:%s %sZ  %s ---> %s\n\n" % (r.transport, r.stamp("%Y-%m-%dT%H:%M:%S"), r.source, r.destination)
            ).encode() + r.data + b"\n\n"


def ngrep(r):
    head = "%s %s%s -> %s #12\n" % (r.transport[0], r.stamp("%Y/%m/%d %H:%M:%S") + " " if r.clock else "", r.source,
                                    r.destination)
    return (head + r.text.replace("\n", ".\n") + "\n#\n").encode()


def tcpdump(r):
    ends = [".".join(end.replace("[", "").replace("]", "").rsplit(":", 1)) for end in (r.source, r.destination)]
    return ("%s IP %s > %s: SIP, length: %d\n%s\n\n" % (r.stamp("%Y-%m-%d %H:%M:%S"), *ends, len(r.data), r.text)
            ).encode()


def tcpdump_text(r):
    """With the bytes of each packet as text: those of the headers stand before the message, line ends among them."""
    ends = [".".join(end.replace("[", "").replace("]", "").rsplit(":", 1)) for end in (r.source, r.destination)]
    return ("%s eth0  %s IP %s > %s: UDP, length %d\nE..4X.@.@..:\n...\n..4..c....%s\n\n" % (
        r.stamp("%H:%M:%S"), r.word("In ", "Out"), *ends, len(r.data), r.text)).encode()


def baresip(r):
    return ("\x1b[36;1m%s#\n%s %s -> %s\n" % (r.stamp("%H:%M:%S"), r.transport, r.source, r.destination)).encode() + \
        r.data + b"\x1b[;m\n"


def cisco(r):
    prefix = "*%s: " % r.stamp("%b %e %H:%M:%S") if r.clock else ""
    return ("%s//-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\n%s: \n%s\n" % (prefix, r.word("Received", "Sent"), r.text)
            ).encode()


def cisco_trace(r):
    return ("0: *%s: //1/1CE915CE8002/CUBE_VT/SIP/Msg/ccsipDisplayMsg:\n%s: SIP %s message from %s to %s \n%s\n" % (
        r.stamp("%b %e %H:%M:%S"), r.word("Received", "Sent"), r.transport, r.source, r.destination, r.text)).encode()


def cucm(r):
    address, port = r.client.replace("[", "").replace("]", "").rsplit(":", 1)
    what = ("SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from %s on port %s index 6 with %d bytes:",
            "SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to %s on port %s index 6 ",
            "//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size %d from %s:[%s]:",
            "SIPUdp - wait_SdlSPISignal: Outgoing SIP UDP message to %s:[%s]:")[r.sent + 2 * (r.transport == "UDP")]
    values = [address, port]
    if not r.sent:
        values.insert(0 if r.transport == "UDP" else 2, len(r.data))
    return ("%08d.002 |%s |AppInfo  |%s\n[%d,NET]\n%s\n" % (
        next(_SEQUENCE), r.stamp("%H:%M:%S"), what % tuple(values), next(_SEQUENCE), r.text)).encode()


def audiocodes(r):
    return ("<133>[S=%d] [SID=b9027c:24:198173]  (N 6891745) ---- %s SIP Message %s %s %s SIPInterface #1 (Provider) "
            "%s TO(#134) SocketID(200) ---- #012%s [Time:%s]\n" % (
                next(_SEQUENCE), r.word("Incoming", "Outgoing"), r.word("from", "to"), r.client,
                r.word("to", "from"), r.transport, r.text.replace("\n", " #012"), r.stamp("%d-%m@%H:%M:%S"))).encode()


def audiocodes_lines(r):
    return ("[S=%d] [SID=b9027c:24:198173]  (N 6891745) ---- %s SIP Message %s %s %s SIPInterface #1 (Provider) "
            "%s TO(#134) ---- \n%s [Time:%s]\n" % (
                next(_SEQUENCE), r.word("Incoming", "Outgoing"), r.word("from", "to"), r.client,
                r.word("to", "from"), r.transport, r.text, r.stamp("%d-%m@%H:%M:%S"))).encode()


def pjsua(r):
    return ("%s           pjsua_core.c  .%s %d bytes Request msg INVITE/cseq=1 (tdta0x55f0c80008) %s %s %s:\n%s\n"
            "--end msg--\n" % (r.stamp("%H:%M:%S"), r.word("RX", "TX"), len(r.data), r.word("from", "to"),
                               r.transport, r.client, r.text)).encode()


def belle_sip(r):
    prefix = r.stamp("%Y-%m-%d %H:%M:%S", ":") + " belle-sip-message-" if r.clock else ""
    form = ("%schannel [0x55d0]: message sent to [%s://%s], size: [%d] bytes\n%s\n" if r.sent else
            "%schannel [0x55d0]: received [%s] new bytes from [%s://%s]:\n%s\n")
    values = (r.transport, r.client, len(r.data)) if r.sent else (len(r.data), r.transport, r.client)
    return (form % (prefix, *values, r.text)).encode()


def jssip(r):
    return ("jssip.min.js:9 JsSIP:Transport %s:\n\n%s\n +750ms\n" % (
        r.word("received text message", "sending message"), r.text)).encode()


def sip_js(r):
    prefix = r.time.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time) | sip.Transport | ")
    return ("%s%s:\n\n%s\n" % (prefix if r.clock else "", r.word("Received WebSocket text message",
                                                               "Sending WebSocket message"), r.text)).encode()


def oracle(r):
    return ("%s On [257:888]%s %s %s\n%s\n%s\n" % (
        r.stamp("%b %e %H:%M:%S"), r.server, r.word("received from", "sent to"), r.client, r.text, "-" * 40)).encode()


def avaya(r):
    return ("com.avaya.asm  SIPMSGT \n%s\n%s %s \n%s: { L%s/R%s/%s/ }\n%s\n%s%s\n\n" % (
        "-" * 20, r.stamp("%d/%m/%Y %H:%M:%S"), r.word("-->", "<--"), r.word("ingress", "egress"), r.server, r.client,
        r.transport, "-" * 20, r.text, "-" * 20)).encode()


def sipp(r):
    return ("%s %s\n%s message %s [%d] bytes:\n\n" % ("-" * 47, r.stamp("%Y-%m-%d %H:%M:%S"), r.transport,
                                                    r.word("received", "sent"), len(r.data))).encode() + \
        r.data + b"\n"


def twinkle(r):
    return ("+++ %s INFO SIP ::udp\n%s: %s:%s\n%s\n---\n\n" % (
        r.stamp("%d-%m-%Y %H:%M:%S"), r.word("Received from", "Send to"), r.transport.lower(), r.client, r.text)
            ).encode()


def jain_sip(r):
    start = r.text.split("\n")[0]
    return ('23:59:58,001 INFO  [gov.nist.javax.sip.stack.SIPTransactionStack] (thread-27) <message\nfrom="%s" \nto="%s" \n'
            'time="%d" \nisSender="%s" \ntransactionId="z9hg4bk1" \ncallId="%s" \nfirstLine="%s" \n>\n<![CDATA[%s]]>\n'
            '</message>\n\n' % (r.source, r.destination, r.micros // 1000, r.word("false", "true"), CALL_ID, start, r.text)
            ).encode()


def yate(r):
    what = "received %d bytes SIP message from" % len(r.data)
    if r.sent:
        what = "sending code %s 0x7f10a0001c20 to" % r.text.split()[1] if r.text.startswith("SIP/") else \
            "sending '%s' 0x7f10a0001c20 to" % r.text.split()[0]
    return ("%s <sip:INFO> 'udp:0.0.0.0:5060' %s %s [0x556fbc17e590]\r\n------\r\n" % (
        r.stamp("%Y%m%d%H%M%S"), what, r.client)).encode() + r.data + b"------\n"


def mjsip(r):
    return ("[%s] INFO: [org.mjsip.sip.provider.SipProvider]: %s: %s/%s (%d bytes).\n-----Begin-of-message-----\n%s"
            "-----End-of-message-----\n" % (r.stamp("%Y-%m-%d %H:%M:%S"), r.word("Received message from", "Sent message to"),
                                          r.client, r.transport.lower(), len(r.data), r.text)).encode()


def direction_word(r):
    return ("%s%s\n" % (r.word("recv=", "SEND: "), r.text)).encode()


_ASTERISK = (b"[2024-02-29 23:59:58] DEBUG[4712] res_pjsip/pjsip_distributor.c: Calculated serializer\n",)
_DATED = (b"2024-02-29 23:59:59.000040 [DEBUG] sofia.c:7325 Channel sofia/internal/312 entering state [x][100]\n",)
_FINE, _MS, _S = ("us",), ("ms", "s"), ("s",)
LAYOUTS = (
    Layout(asterisk_pjsip, "asterisk-pjsip", "peer", ("ms", "s", None), _ASTERISK, True, True),
    Layout(asterisk_chan_sip, "asterisk-chan-sip", "peer", ("s", None), _ASTERISK, False, False),
    Layout(asterisk_retransmitting, "asterisk-chan-sip", "peer", ("s", None), _ASTERISK, False, False),
    Layout(freeswitch, "freeswitch", "peer", _FINE, _DATED, False, True),
    Layout(freeswitch_old, "freeswitch", "peer", _FINE, _DATED, False, True),
    Layout(kamailio_sipdump, "kamailio-sipdump", "both", _FINE, (), True, True),
    Layout(sngrep, "sngrep", "both", ("us", "s"), (), True, False),
    Layout(homer, "homer", "both", ("us", "ms", "s"), (), True, True),
    Layout(ngrep, "ngrep", "both", ("us", "s", None), (b"#\n##\n",), False, True),
    Layout(tcpdump, "tcpdump", "both", ("us",), (), False, False),
    Layout(tcpdump_text, "tcpdump", "both", ("us",), (), False, False),
    Layout(baresip, "baresip", "both", _MS, (b"23:59:59.001# ua: registered\n",), True, True),
    Layout(cisco, "cisco-ccsip", None, ("ms", "s", None),
           (b"Feb 29 23:59:59.001: //-1/xxxxxxxxxxxx/SIP/Info/info/1/sipSPIMain: something\n",), False, False),
    Layout(cisco_trace, "cisco-ccsip", "both", _MS, (), False, True),
    Layout(cucm, "cisco-cucm", "peer", ("ms",),
           (b"00455399.001 |23:59:59.001 |SdlSig   |CcSetupReq   |wait |CC(1,100,200,1)\n",), False, True),
    Layout(audiocodes, "audiocodes", "peer", _MS,
           (b"<133>[S=17] [SID=b9027c:24:198173]  (N 6891745) (#20)gwSession[Allocated] [Time:29-02@23:59:59.000]\n",),
           False, True),
    Layout(audiocodes_lines, "audiocodes", "peer", _MS,
           (b"[S=17] [SID=b9027c:24:198173]  (N 6891745) (#20)gwSession[Allocated] [Time:29-02@23:59:59.000]\n",),
           False, True),
    Layout(pjsua, "pjsua", "peer", _MS, (b"23:59:59.001           pjsua_acc.c  ....Acc 0: registration sent\n",),
           False, True),
    Layout(belle_sip, "belle-sip", "peer", ("ms", "s", None),
           (b"2024-02-29 23:59:59:001 belle-sip-message-channel [0x55d0] [400] bytes parsed\n",), False, True),
    Layout(jssip, "jssip", None, ("span",), (), False, False),
    Layout(sip_js, "sip.js", None, ("s", None), (b"Thu Feb 29 2024 23:59:59 GMT+0000 (UTC) | sip.ua | state\n",),
           False, False),
    Layout(oracle, "oracle-sipmsg", "both", _MS, (), False, False),
    Layout(avaya, "avaya-tracesm", "both", _MS, (), False, True),
    Layout(sipp, "sipp", None, ("us",), (), True, True),
    Layout(twinkle, "twinkle", "peer", ("us",), (b"+++ 29-02-2024 23:59:59.000000 INFO NORMAL ::main\nstarted\n---\n",),
           False, True),
    Layout(jain_sip, "jain-sip", "both", ("ms",),
           (b"23:59:59,001 INFO  [gov.nist.javax.sip.parser.NioPipelineParser] (thread-27) serving msg\n",), False, False),
    Layout(yate, "yate", "peer", ("us", "s"), (b"20240229235959.000040 <sip:ALL> state changed\n",), True, False),
    Layout(mjsip, "mjsip", "peer", ("s",), (b"[2024-02-29 23:59:59] INFO: [org.mjsip.ua.UserAgent]: incoming call\n",),
           False, True),
    Layout(direction_word, "direction-word", None, (None,), (), False, False),
)


def write(layout, messages, clock, v6=False, transport="UDP", between=()):
    """A log: all records, with other lines behind each."""
    return b"".join(layout.write(Record(message, clock, v6, transport)) + b"".join(between) for message in messages)


BY_NAME = {layout.write.__name__: layout for layout in LAYOUTS}

# One small message, and a head for it.
HEADERS = (b"Via: SIP/2.0/TCP 192.0.2.10:5060;branch=z9hG4bK-9\nFrom: <sip:a@example.com>;tag=1\n"
           b"To: <sip:b@example.com>\nCall-ID: x1\nCSeq: 1 MESSAGE\n")
MESSAGE = b"MESSAGE sip:b@example.com SIP/2.0\n" + HEADERS
HEAD = b"<--- Received SIP request (1 bytes) from TCP:192.0.2.10:5060 --->\n"
MICROS = 1000000


def micros(*moment):
    """UTC in microseconds."""
    return int((datetime.datetime(*moment) - datetime.datetime(1970, 1, 1)).total_seconds() * MICROS)


def bare(messages):
    """Messages alone, an empty line between them."""
    return b"\n".join(message.data.replace(b"\r\n", b"\n") for message in messages)


def samples():
    """What samples/ holds: {name: bytes}."""
    made = {layout.write.__name__ + ".log": write(layout, conversation(), layout.clocks[0], between=layout.noise)
            for layout in LAYOUTS}
    made["bare.log"] = bare(conversation())
    return made


if __name__ == "__main__":  # python3 -m log.layouts FOLDER: writes the samples that are not there yet
    import os
    import sys
    for sample, content in samples().items():
        path = os.path.join(sys.argv[1], sample)
        if not os.path.exists(path):
            with open(path, "wb") as file:
                file.write(content)
