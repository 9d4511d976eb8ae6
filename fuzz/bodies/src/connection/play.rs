//! A connection on which actions are performed. After each action it is checked what must hold.

use std::{
    cell::RefCell,
    io,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex},
    task::Context,
    time::Duration,
};

use sumsrv::{End, Event, Events, Limits, Service, handle_connection};
use tokio::{
    io::duplex,
    sync::watch,
    task::yield_now,
    time::{Instant, sleep_until},
};

use super::{
    peer::Peer,
    script::Action,
    wire::{Wire, Witness},
    woken::Woken,
};

/// How long a server may go on after the signal to stop, if its peer reads.
const SETTLE: Duration = Duration::from_millis(20);

/// Timers count whole milliseconds, and a wait may consist of several.
const SLACK: Duration = Duration::from_millis(5);

const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

pub(super) struct Play {
    service: Service,
    limits: Limits,
    /// The server's code for this connection.
    server: Pin<Box<dyn Future<Output = io::Result<End>>>>,
    woken: Arc<Woken>,
    witness: Rc<RefCell<Witness>>,
    peer: Peer,
    stop: Option<watch::Sender<bool>>,
    stopped: Option<Instant>,
    events: Arc<Mutex<Vec<Event>>>,
    has_ended: bool,
}

impl Play {
    pub(super) fn new(service: Service, limits: Limits, pipe: usize) -> Self {
        let (near, far) = duplex(pipe);
        let witness = Rc::new(RefCell::new(Witness::new(service, limits)));
        let wire = Wire {
            stream: near,
            witness: witness.clone(),
        };
        let (stop, stopped) = watch::channel(false);
        let events = Arc::new(Mutex::new(Vec::new()));
        let seen = events.clone();
        let sink: Events = Arc::new(move |event| {
            seen.lock().expect("nothing panics there").push(event);
        });
        Play {
            service,
            limits,
            server: Box::pin(handle_connection(
                wire, PEER, service, stopped, limits, sink,
            )),
            woken: Arc::new(Woken::new()),
            witness,
            peer: Peer::new(far),
            stop: Some(stop),
            stopped: None,
            events,
            has_ended: false,
        }
    }

    pub(super) async fn perform(&mut self, action: Action) {
        match action {
            Action::Send(octets) => self.peer.send(&octets),
            Action::Read(octets) => self.peer.read(octets),
            Action::Listen(listens) => self.peer.listen(listens),
            Action::HalfClose => self.peer.half_close(),
            Action::Leave => self.peer.leave(),
            Action::Reset => {
                self.witness.borrow_mut().reset = true;
                self.peer.leave();
            }
            Action::Stop => {
                if let Some(stop) = &self.stop {
                    stop.send_replace(true);
                    self.stopped.get_or_insert_with(Instant::now);
                }
            }
            Action::Abandon => {
                self.stop = None;
                self.stopped.get_or_insert_with(Instant::now);
            }
            Action::Wait(time) => return self.pass(time).await,
        }
        self.settle().await;
    }

    /// The peer does nothing new any more. The server must end by itself.
    pub(super) async fn end(mut self) {
        let Limits { idle, linger, .. } = self.limits;
        self.pass(idle + linger + SETTLE + SLACK).await;
        assert!(self.has_ended, "it does not end");
    }

    /// Lets time pass, up to each moment at which something happens.
    async fn pass(&mut self, time: Duration) {
        let until = Instant::now() + time;
        loop {
            self.settle().await;
            if Instant::now() >= until {
                return;
            }
            tokio::select! {
                () = self.woken.wait() => {}
                () = sleep_until(until) => {}
            }
        }
    }

    /// Lets both ends do all that they can do at this moment.
    async fn settle(&mut self) {
        loop {
            let moved = self.turn();
            // The runtime checks its timers, and renews the budget of this task.
            yield_now().await;
            if !moved && !self.woken.is_woken() {
                break;
            }
        }
        if !self.has_ended {
            self.check_alive();
        }
    }

    /// One turn for each end. Returns `false` when nothing moved.
    fn turn(&mut self) -> bool {
        let waker = self.woken.clone().into();
        let (sent, came) = self.peer.act(&waker);
        self.witness.borrow_mut().sent += sent;
        let woken = self.woken.take();
        if woken && !self.has_ended {
            let polled = self.server.as_mut().poll(&mut Context::from_waker(&waker));
            if let std::task::Poll::Ready(end) = polled {
                self.has_ended = true;
                self.check_end(end);
            }
        }
        woken || sent + came > 0
    }

    /// What holds for a connection that waits for its peer or for a timer.
    fn check_alive(&self) {
        let witness = self.witness.borrow();
        let reference = &witness.reference;
        assert!(self.events().is_empty());
        if witness.blocked {
            assert!(
                self.peer.listens.is_none(),
                "the peer reads, and there is no room for it"
            );
        } else {
            assert!(witness.all_written(), "a request is not answered");
            if witness.shut.is_none() {
                assert!(!reference.is_over(), "there is no more to be said");
                assert_eq!(reference.received(), witness.sent, "octets are not read");
            }
        }
        let in_time = |limit: Duration, time: Option<Duration>, what: &str| {
            let within = time.is_none_or(|time| time <= limit + SLACK);
            assert!(within, "{what} for {time:?}, where {limit:?} is the limit");
        };
        let Limits {
            idle,
            request,
            linger,
            ..
        } = self.limits;
        if let Some(shut) = witness.shut {
            in_time(linger, Some(shut.elapsed()), "it lingers");
            return;
        }
        // After the signal it still looks for octets for a while.
        let least = self.stopped.map_or(Duration::ZERO, |_| SETTLE);
        in_time(idle.max(least), Some(witness.quiet()), "it is idle");
        if !witness.blocked {
            let waiting = witness.waiting_knowingly();
            in_time(request.max(least), waiting, "a request is under way");
        }
        if let (Some(stopped), Some(listens)) = (self.stopped, self.peer.listens) {
            in_time(SETTLE, Some(stopped.max(listens).elapsed()), "it stops");
        }
    }

    fn check_end(&self, end: io::Result<End>) {
        let witness = self.witness.borrow();
        let reference = &witness.reference;
        let part = reference.part();
        let Limits {
            idle,
            request,
            linger,
            linger_octets,
            ..
        } = self.limits;
        if !matches!(end, Ok(End::Deaf) | Err(_)) {
            assert!(witness.all_written(), "{end:?}: a request is not answered");
        }
        if let Ok(End::Idle | End::Slow | End::Said | End::TooLarge | End::Stopped) = end {
            assert!(witness.shut.is_some(), "{end:?}: not in an orderly way");
        }
        if let Ok(End::Idle | End::Slow | End::Stopped) = end {
            assert_eq!(witness.left_behind, 0, "{end:?}: octets are not read");
        }
        if let Ok(End::Closed | End::Short) = end {
            assert!(self.peer.closed && reference.received() == witness.sent);
        }
        match end {
            Ok(End::Closed) => assert_eq!(part, 0),
            Ok(End::Short) => return self.check_event(part),
            Ok(End::Idle) => assert!(witness.quiet() >= idle),
            Ok(End::Slow) => {
                let waiting = witness.waiting();
                assert!(waiting.is_some_and(|waiting| waiting >= request));
            }
            Ok(End::Deaf) => {
                assert!(witness.quiet() >= idle && witness.blocked && !witness.all_written());
            }
            Ok(End::Said) => assert!(reference.is_daytime()),
            Ok(End::TooLarge) => {
                assert!(reference.is_over() && !reference.is_daytime());
                let waited = witness.shut.is_some_and(|shut| shut.elapsed() >= linger);
                assert!(
                    self.peer.closed || waited || witness.discarded >= linger_octets,
                    "a reset may overtake its last word"
                );
            }
            Ok(End::Stopped) => assert!(self.stopped.is_some()),
            Err(error) => match error.kind() {
                io::ErrorKind::ConnectionReset => assert!(witness.reset),
                io::ErrorKind::BrokenPipe => assert!(self.peer.is_gone()),
                _ => unreachable!("{error}"),
            },
        }
        assert!(self.events().is_empty());
    }

    /// There must be one event: a request of which only a part came.
    fn check_event(&self, part: usize) {
        let events = self.events();
        let [
            Event::Short {
                service,
                peer,
                got,
                want,
            },
        ] = events.as_slice()
        else {
            unreachable!("{events:?}");
        };
        assert_eq!((*service, *peer), (self.service.name(), PEER));
        let max = self.witness.borrow().reference.longest_part();
        assert_eq!(*got, part);
        assert!(got < want && *want <= max, "{want} of {max}");
    }

    fn events(&self) -> std::sync::MutexGuard<'_, Vec<Event>> {
        self.events.lock().expect("nothing panics there")
    }
}
