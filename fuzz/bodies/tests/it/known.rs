//! Scripts that a person chose, since chance seldom finds them.

use fuzz_bodies::connection;

/// The choices of the setting, by their places in `script.rs`: message, unread, idle, request, linger, octets of it, pipe.
type Setting = [u8; 7];

const DEFAULT: Setting = [0; 7];

// The actions, by their numbers there.
const FLOOD: u8 = 1;
const LISTEN: [u8; 1] = [3];
const STOP: [u8; 1] = [8];
const ASK: [u8; 1] = [15];
const ONE_OCTET: [u8; 3] = [0, 1, b'1'];

fn wait(milliseconds: u8) -> [u8; 2] {
    [10, milliseconds]
}

#[test]
fn a_peer_that_goes_on_asking_is_not_waited_for_after_the_signal() {
    let chatter = [&wait(15)[..], &ASK].concat().repeat(20);
    play("text", DEFAULT, &[&LISTEN, &ASK, &STOP, &chatter]);
}

#[test]
fn what_came_right_behind_the_signal_is_answered_although_its_peer_was_slow_to_read() {
    let little_room = [0, 1, 0, 0, 0, 0, 4];
    let hundred_requests = [12, 100];
    let actions = [&STOP[..], &hundred_requests, &wait(90), &LISTEN];
    play("network", little_room, &actions);
}

#[test]
fn an_octet_now_and_then_does_not_prolong_the_time_of_a_request() {
    let forty_milliseconds = [0, 0, 0, 2, 0, 0, 0];
    let drip = [&ONE_OCTET[..], &wait(20)].concat().repeat(20);
    for name in ["text", "network", "varint"] {
        play(name, forty_milliseconds, &[&LISTEN, &drip]);
    }
}

#[test]
fn a_timer_that_was_set_for_a_short_wait_does_not_end_a_long_one() {
    let second_and_forty_milliseconds = [0, 0, 3, 2, 0, 0, 0];
    let actions = [&LISTEN[..], &ONE_OCTET, &wait(20), &ASK, &wait(250)];
    play("text", second_and_forty_milliseconds, &actions);
}

#[test]
fn a_peer_that_sends_on_behind_what_is_too_large_is_left_after_a_while() {
    for linger_octets in [0, 1, 2, 3] {
        let setting = [0, 0, 0, 0, 2, linger_octets, 0];
        let flood = [FLOOD, 250, b'1'].repeat(2);
        let actions = [&LISTEN[..], &flood, &wait(10), &flood, &wait(90)];
        play("text", setting, &actions);
    }
}

fn play(service: &str, setting: Setting, actions: &[&[u8]]) {
    let all = proto::all();
    let service = all.iter().position(|encoding| encoding.name() == service);
    let service = u8::try_from(service.unwrap()).unwrap();
    connection(&[&[service], &setting[..], &actions.concat()].concat());
}
