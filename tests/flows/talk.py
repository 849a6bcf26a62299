# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns the steps of a flow into SIP messages, with the headers that the file leaves out."""

import dataclasses
import re

from lib import sip

HOST = "example.com"
DIALOGS = ("INVITE", "SUBSCRIBE", "REFER")  # their 2xx makes a dialog
EARLY = ("PRACK", "UPDATE", "INFO", "BYE", "NOTIFY")  # sent in a dialog even before the 2xx
CONTACTS = DIALOGS + ("UPDATE", "REGISTER")
COMPACT = {"v": "Via", "f": "From", "t": "To", "i": "Call-ID", "m": "Contact"}


@dataclasses.dataclass
class Party:
    """One of the two sides of a call."""

    uri: str
    tag: str = None
    cseq: int = 0


class Call:
    """Everything with one Call-ID. Side 0 sent its first request, side 1 is the other."""

    def __init__(self, name, step):
        self.name = name
        self.parties = [Party(uri_of(user)) for user in step.users]
        self.parties[0].tag = self.tag_of(step.src)
        self.caller = step.src
        self.confirmed = False
        self.hops = {}  # (sender, receiver): the side for which the sender speaks
        self.event = "presence"

    def tag_of(self, place):
        """The tag that an endpoint puts into the messages of this call."""
        return "%s-%s" % (place.name, self.name)

    def side(self, step):
        """Whom the sender of a step speaks for: 0 or 1."""
        hop = (step.src, step.dst)
        if hop not in self.hops:
            self.hops[hop] = 0 if step.src == self.caller else 1
            self.hops[hop[::-1]] = 1 - self.hops[hop]
        return self.hops[hop]


@dataclasses.dataclass
class Sent:
    """A message that was built."""

    step: object  # the flow.Step it was made of
    data: bytes = b""
    request: bool = False
    method: str = ""
    call: Call = None
    side: int = 0
    request_sent: object = None  # of a response: the Sent it answers
    finals: list = dataclasses.field(default_factory=list)  # of a request


def uri_of(user):
    """sip:alice@example.com for alice; what has a host or a scheme keeps it."""
    if user.startswith(("sip:", "sips:", "tel:")):
        return user
    return "sip:" + (user if "@" in user else user + "@" + HOST)


def pairs_of(data):
    """The (name, value) headers of a message, compact names of the core headers written out."""
    return [(COMPACT.get(name.lower(), name), value) for name, value in sip.fields(data)]


def header(data, name):
    """The first header of this name or of its compact form, or ""."""
    return next((value for key, value in pairs_of(data) if key.lower() == name.lower()), "")


def tag_in(value):
    """The tag of a From or To value, or None."""
    match = re.search(r";\s*tag\s*=\s*([^;\s]+)", value)
    return match[1] if match else None


def branch_in(value):
    """The branch of a Via value, or None."""
    match = re.search(r";\s*branch\s*=\s*([^;,\s]+)", value)
    return match[1] if match else None


def sdp_body(step):
    """The SDP of the `sdp:` lines of a step; each has a version of its own (RFC 3264 section 8)."""
    version = "IP6" if ":" in step.src.address else "IP4"
    own = "IN %s %s" % (version, step.src.address)
    head = ["v=0", "o=- 1 %d %s" % (step.number, own), "s=-"]
    lines = [line if re.match(r"[a-z]=", line) else "m=" + line for line in step.sdp]
    if not lines or not lines[0].startswith("c="):
        lines.insert(0, "c=" + own)
    return "\r\n".join(head + lines[:1] + ["t=0 0"] + lines[1:]) + "\r\n"


def body_of(step):
    """The body of a step: of `body:`, of `sdp:`, or none."""
    if step.body is None:
        return sdp_body(step) if step.sdp else ""
    first = next((line for line in step.body if line), "")
    cut = len(first) - len(first.lstrip())
    return "".join(line[cut:] + "\r\n" for line in step.body)


def edits(step, defaults=()):
    """The header changes of a step in the form of lib.sip; defaults give way to them."""
    named = {name.lower() for sign, name, _ in step.headers if sign != "+"}
    result = [pair for pair in defaults if pair[0].lower() not in named]
    if step.sdp and "content-type" not in named:
        result.append(("Content-Type", "application/sdp"))
    return result + [value if sign == "+" else (name, value) for sign, name, value in step.headers]


class Talk:
    """The messages of a flow. `sent` has one for each step, in order."""

    def __init__(self, flow):
        self.flow = flow
        self.sent = []
        self.calls = {}
        for step in flow.steps:
            self.sent.append(getattr(self, "_" + step.action)(step))

    def _fail(self, step, text):
        raise self.flow.error(step.line, text)

    def _latest(self, *tests):
        """The last message that passes all tests, or None."""
        return next((one for one in reversed(self.sent) if all(test(one) for test in tests)), None)

    # ---- requests ------------------------------------------------------------------------

    def _request(self, step):
        method = step.words["method"]
        if step.call not in self.calls:
            call = self.calls[step.call] = Call(step.call, step)
        call = self.calls[step.call]
        first = not any(one.call is call for one in self.sent)
        sent = Sent(step, request=True, method=method, call=call, side=call.side(step))
        me, peer = call.parties[sent.side], call.parties[1 - sent.side]
        if method in ("ACK", "CANCEL"):
            start, defaults = self._follow(sent)
        elif step.ref:
            self._fail(step, "[to %d] is for a response, an ACK or a CANCEL" % step.ref)
        else:
            start, defaults = self._start(sent, me, peer)
        sent.data = sip.message("%s %s SIP/2.0" % (method, start), defaults, edits(step),
                                body_of(step))
        number = re.match(r"\d+", header(sent.data, "CSeq"))
        if number and method not in ("ACK", "CANCEL"):
            me.cseq = max(me.cseq, int(number[0]))
        if first:  # later ones may be wrong on purpose
            me.tag = tag_in(header(sent.data, "From")) or me.tag
            peer.tag = tag_in(header(sent.data, "To"))
            call.confirmed = peer.tag is not None
        return sent

    def _start(self, sent, me, peer):
        """(Request-URI, headers) of a request that opens a transaction."""
        step, method, call = sent.step, sent.method, sent.call
        me.tag = me.tag or call.tag_of(step.src)
        known = sent.side == 1 or call.confirmed or method in EARLY
        tag = peer.tag if known and method != "REGISTER" else None
        uri = step.words["uri"] or ("sip:" + HOST if method == "REGISTER" else peer.uri)
        if tag and not step.words["uri"]:
            uri = self._contact_uri(peer, step.dst, step)
        to_uri = me.uri if method == "REGISTER" else peer.uri
        return uri, [
            self._via(step), ("Max-Forwards", 70),
            ("From", "<%s>;tag=%s" % (me.uri, me.tag)),
            ("To", "<%s>%s" % (to_uri, ";tag=" + tag if tag else "")),
            ("Call-ID", "%s@%s" % (call.name, HOST)), ("CSeq", "%d %s" % (me.cseq + 1, method)),
            *self._extras(method, call, self._contact(me, step.src, step))]

    @staticmethod
    def _extras(method, call, contact):
        """Headers that only some methods must have."""
        if method == "REFER":
            call.event = "refer"
        found = [("Contact", contact)] if method in CONTACTS + ("NOTIFY",) else []
        if method in ("SUBSCRIBE", "NOTIFY", "PUBLISH"):
            found.append(("Event", call.event))
        if method == "NOTIFY":
            found.append(("Subscription-State", "active"))
        return found

    def _follow(self, sent):
        """(Request-URI, headers) of an ACK or a CANCEL."""
        step = sent.step
        named = self.sent[step.ref - 1] if step.ref else None
        invites = [lambda one: one.request and one.method == "INVITE" and one.call is sent.call]
        invite = (named if named.request else named.request_sent) if named else self._latest(
            *invites, lambda one: (one.step.src, one.step.dst) == (step.src, step.dst)
        ) or self._latest(*invites, lambda one: one.side == sent.side)
        if invite is None or invite.method != "INVITE":
            self._fail(step, "there is no INVITE for this %s" % sent.method)
        final = named if named and not named.request else (invite.finals or [None])[-1]
        uri, via, to_value = invite.data.split(b" ", 2)[1].decode(), None, header(invite.data, "To")
        if sent.method == "ACK" and final:
            to_value = header(final.data, "To")
            if final.data[8:9] == b"2":
                contact = re.search(r"<([^>]*)>", header(final.data, "Contact"))
                uri, via = contact[1] if contact else uri, self._via(step)
        cseq = (header(invite.data, "CSeq").split() or ["1"])[0]
        return step.words["uri"] or uri, [
            via or ("Via", header(invite.data, "Via")), ("Max-Forwards", 70),
            ("From", header(invite.data, "From")), ("To", to_value),
            ("Call-ID", header(invite.data, "Call-ID")), ("CSeq", "%s %s" % (cseq, sent.method))]

    @staticmethod
    def _via(step):
        return ("Via", "SIP/2.0/%s %s;branch=z9hG4bK-%d" % (
            step.transport, step.src.host, step.number))

    @staticmethod
    def _contact_uri(party, place, step):
        user = party.uri.split(":", 1)[1].split("@")[0]
        return "sip:%s@%s%s" % (user, place.host, ";transport=tcp" * (step.transport == "TCP"))

    def _contact(self, party, place, step):
        return "<%s>" % self._contact_uri(party, place, step)

    # ---- responses -----------------------------------------------------------------------

    def _response(self, step):
        request = self.sent[step.ref - 1] if step.ref else self._answered(step)
        if request is None or not request.request:
            self._fail(step, "there is no request that this could answer; if it is not in the"
                             " capture, write it with [unseen]")
        call, code = request.call, int(step.words["code"])
        data = sip.response(code, step.words["phrase"] or "", pairs_of(request.data),
                            edits(step, self._answer_extras(request, code, step)), body_of(step),
                            to_tag=call.tag_of(step.src))
        if request.method in DIALOGS and 100 < code < 300 and not (call.confirmed and code < 200):
            tag = tag_in(header(data, "To"))
            call.parties[1 - request.side].tag = tag or call.parties[1 - request.side].tag
            call.confirmed = call.confirmed or code >= 200
        sent = Sent(step, data, False, request.method, call, 1 - request.side)
        return self._answer(sent, request)

    @staticmethod
    def _answer(sent, request):
        sent.request_sent = request
        if request and sent.data[8:9] > b"1":
            request.finals.append(sent)
        return sent

    def _answered(self, step):
        """The request to which a response belongs that does not say which."""
        code = int(step.words["code"])
        tests = [lambda one: one.request and one.method != "ACK" and one.call.name == step.call
                 and (one.step.src, one.step.dst) == (step.dst, step.src)]
        invite, is_open = lambda one: one.method == "INVITE", lambda one: not one.finals
        found = None
        if code < 200 or code == 487:  # not for the CANCEL or PRACK that came in between
            found = self._latest(*tests, is_open, invite)
        return found or self._latest(*tests, is_open) or self._latest(*tests)

    def _answer_extras(self, request, code, step):
        """Headers that only some responses must have."""
        me = request.call.parties[1 - request.side]
        found = []
        if request.method == "REGISTER" and 200 <= code < 300:
            bound = header(request.data, "Contact")
            return [("Contact", bound + ";expires=3600" * ("expires=" not in bound))] * bool(bound)
        first = 101 if request.method == "INVITE" else 200
        if request.method in CONTACTS and first <= code < 300:
            found.append(("Contact", self._contact(me, step.src, step)))
        if request.method in ("SUBSCRIBE", "PUBLISH") and 200 <= code < 300:
            found.append(("Expires", header(request.data, "Expires") or "3600"))
        if request.method == "PUBLISH" and 200 <= code < 300:
            found.append(("SIP-ETag", "etag-%d" % step.number))
        return found

    # ---- messages made of others ---------------------------------------------------------

    def _source(self, step, request=None):
        source = self.sent[step.ref - 1]
        if not source.data or request not in (None, source.request):
            self._fail(step, "message %d is no %s" % (
                step.ref, {True: "request", False: "response"}.get(request, "SIP message")))
        return source

    @staticmethod
    def _rebuild(step, source, start, pairs):
        body = source.data.partition(b"\r\n\r\n")[2]
        pairs = [pair for pair in pairs if pair[0].lower() not in ("content-length", "l")]
        return sip.message(start, pairs, edits(step), body_of(step).encode() or body)

    def _forward(self, step):
        source = self._source(step, True)
        method, uri, version = source.data.split(b"\r\n", 1)[0].decode().split(" ", 2)
        pairs = [(name, int(value) - 1 if name.lower() == "max-forwards" and value.isdigit()
                  else value) for name, value in pairs_of(source.data)]
        data = self._rebuild(step, source, " ".join((method, step.words["uri"] or uri, version)),
                             [self._via(step)] + pairs)
        source.call.hops[(step.src, step.dst)] = source.side
        source.call.hops[(step.dst, step.src)] = 1 - source.side
        return Sent(step, data, True, source.method, source.call, source.side)

    def _back(self, step):
        source = self._source(step, False)
        pairs = pairs_of(source.data)
        top = next((i for i, pair in enumerate(pairs) if pair[0].lower() == "via"), None)
        if top is None:
            self._fail(step, "message %d has no Via" % step.ref)
        data = self._rebuild(step, source, source.data.split(b"\r\n", 1)[0], pairs[:top]
                             + pairs[top + 1:])
        branch = branch_in(header(data, "Via"))
        request = self._latest(
            lambda one: one.request and one.method == source.method
            and (one.step.src, one.step.dst) == (step.dst, step.src)
            and branch_in(header(one.data, "Via")) == branch)
        return self._answer(Sent(step, data, False, source.method, source.call, source.side),
                            request)

    def _again(self, step):
        return dataclasses.replace(self._source(step), step=step)

    def _raw(self, step):
        return Sent(step, body_of(step).encode())

    @staticmethod
    def _icmp(step):
        return Sent(step)
