// SPDX-License-Identifier: GPL-2.0-or-later
// A browser's phone without a browser: JsSIP, with ws for its WebSocket and werift for its RTCPeerConnection.
// node webphone.js FOLDER-OF-NODE_MODULES SERVER ADDRESS USER PASSWORD. Commands are lines of JSON on stdin, ["call", "sip:..."],
// events are words at the beginning of lines on stdout.
'use strict';

const [, , modules, server, address, user, password] = process.argv;
const load = require('module').createRequire(modules + '/');
const rtc = load('werift');

class Stream {
    constructor() {
        this.tracks = [new rtc.MediaStreamTrack({kind: 'audio'})];
    }
    getTracks() { return this.tracks; }
    getAudioTracks() { return this.tracks; }
    getVideoTracks() { return []; }
}

globalThis.window = globalThis;
globalThis.WebSocket = class extends load('ws') {
    constructor(url, protocols) { super(url, protocols, {localAddress: address}); }
};
globalThis.RTCPeerConnection = class extends rtc.RTCPeerConnection {
    constructor(config) { super({...config, iceAdditionalHostAddresses: [address]}); }
    createOffer(options) { return super.createOffer(options || {}); }  // JsSIP passes null
};
globalThis.RTCSessionDescription = class {
    constructor(init) { Object.assign(this, init); }
};
Object.defineProperty(globalThis, 'navigator', {value: {
    userAgent: 'webphone', mediaDevices: {getUserMedia: async () => new Stream()}}});

const JsSIP = load('jssip');
const say = (...words) => console.log(words.join(' '));
const socket = new JsSIP.WebSocketInterface('ws://' + server);
const ua = new JsSIP.UA({sockets: [socket], uri: 'sip:' + user + '@example.com', password, session_timers: false,
                         connection_recovery_min_interval: 60});
let session;

ua.on('connected', () => say('connected'));
ua.on('registered', () => say('registered'));
ua.on('registrationFailed', () => say('registration-failed'));
ua.on('newRTCSession', ({originator, session: next}) => {
    session = next;
    say(originator === 'remote' ? 'incoming' : 'outgoing');
    for (const name of ['progress', 'accepted', 'confirmed', 'failed', 'ended', 'hold', 'unhold'])
        next.on(name, event => say(name, event && event.originator, event && event.cause));
    for (const name of ['getusermediafailed', 'createofferfailed', 'createanswerfailed', 'setlocaldescriptionfailed',
                        'setremotedescriptionfailed'])
        next.on(name.startsWith('get') ? name : 'peerconnection:' + name, error => say(name, error && error.stack));
    next.on('refer', event => event.accept());
});

const commands = {
    start: () => ua.start(),
    call: to => ua.call(to, {mediaConstraints: {audio: true, video: false}}),
    answer: () => session.answer({mediaConstraints: {audio: true, video: false}}),
    refuse: (status_code, reason_phrase) => session.terminate({status_code, reason_phrase}),
    hangup: () => session.terminate(),
    hold: () => session.hold(),
    resume: () => session.unhold(),
    transfer: to => session.refer(to),
    close: () => process.exit(0),
};

require('readline').createInterface({input: process.stdin}).on('line', line => {
    const [name, ...values] = JSON.parse(line);
    try {
        commands[name](...values);
    } catch (error) {
        say('error', error.stack);
    }
});
process.on('unhandledRejection', error => say('rejected', error && error.stack));
