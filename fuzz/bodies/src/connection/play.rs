//! The play: deeds, and after each what must hold.

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
    script::Deed,
    wire::{Wire, Witness},
    woken::Woken,
};

/// How long a server may go on after the signal to stop, when its peer reads.
const SETTLE: Duration = Duration::from_millis(20);

/// Timers count whole milliseconds, and one may follow another.
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
    told: Arc<Mutex<Vec<Event>>>,
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
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = told.clone();
        let events: Events = Arc::new(move |event| {
            heard.lock().expect("nothing panics there").push(event);
        });
        Play {
            service,
            limits,
            server: Box::pin(handle_connection(
                wire, PEER, service, stopped, limits, events,
            )),
            woken: Arc::new(Woken::new()),
            witness,
            peer: Peer::new(far),
            stop: Some(stop),
            stopped: None,
            told,
            has_ended: false,
        }
    }

    pub(super) async fn perform(&mut self, deed: Deed) {
        match deed {
            Deed::Send(octets) => self.peer.send(&octets),
            Deed::Read(octets) => self.peer.read(octets),
            Deed::Listen(listens) => self.peer.listen(listens),
            Deed::HalfClose => self.peer.half_close(),
            Deed::Leave => self.peer.leave(),
            Deed::Reset => {
                self.witness.borrow_mut().reset = true;
                self.peer.leave();
            }
            Deed::Stop => {
                if let Some(stop) = &self.stop {
                    stop.send_replace(true);
                    self.stopped.get_or_insert_with(Instant::now);
                }
            }
            Deed::Abandon => {
                self.stop = None;
                self.stopped.get_or_insert_with(Instant::now);
            }
            Deed::Wait(time) => return self.pass(time).await,
        }
        self.settle().await;
    }

    /// The peer does nothing new any more; the server must come to an end by itself.
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
            // The runtime looks at its timers, and is ready to let everybody go on for a while.
            yield_now().await;
            if !moved && !self.woken.is_woken() {
                break;
            }
        }
        if !self.has_ended {
            self.check_alive();
        }
    }

    /// One turn for each; `false` when nothing moved.
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

    /// What holds of a connection that waits, for its peer or for time to pass.
    fn check_alive(&self) {
        let witness = self.witness.borrow();
        let reference = &witness.reference;
        assert!(self.told().is_empty());
        if witness.blocked {
            assert!(
                self.peer.listens.is_none(),
                "the peer reads, and there is no room for it"
            );
        } else {
            assert!(witness.all_said(), "a request is not answered");
            if witness.shut.is_none() {
                assert!(!reference.is_over(), "there is no more to be said");
                assert_eq!(reference.heard(), witness.sent, "octets are not read");
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
        // After the signal it looks for a while whether anything is there.
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
            assert!(witness.all_said(), "{end:?}: a request is not answered");
        }
        if let Ok(End::Idle | End::Slow | End::Said | End::TooLarge | End::Stopped) = end {
            assert!(witness.shut.is_some(), "{end:?}: not in an orderly way");
        }
        if let Ok(End::Idle | End::Slow | End::Stopped) = end {
            assert_eq!(witness.left_behind, 0, "{end:?}: octets are not read");
        }
        if let Ok(End::Closed | End::Short) = end {
            assert!(self.peer.closed && reference.heard() == witness.sent);
        }
        match end {
            Ok(End::Closed) => assert_eq!(part, 0),
            Ok(End::Short) => return self.check_told(part),
            Ok(End::Idle) => assert!(witness.quiet() >= idle),
            Ok(End::Slow) => {
                let waiting = witness.waiting();
                assert!(waiting.is_some_and(|waiting| waiting >= request));
            }
            Ok(End::Deaf) => {
                assert!(witness.quiet() >= idle && witness.blocked && !witness.all_said());
            }
            Ok(End::Said) => assert!(reference.is_daytime()),
            Ok(End::TooLarge) => {
                assert!(reference.is_over() && !reference.is_daytime());
                let waited = witness.shut.is_some_and(|shut| shut.elapsed() >= linger);
                assert!(
                    self.peer.closed || waited || witness.unheard >= linger_octets,
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
        assert!(self.told().is_empty());
    }

    /// The one event there is: a request of which only a part came.
    fn check_told(&self, part: usize) {
        let told = self.told();
        let [
            Event::Short {
                service,
                peer,
                got,
                want,
            },
        ] = told.as_slice()
        else {
            unreachable!("{told:?}");
        };
        assert_eq!((*service, *peer), (self.service.name(), PEER));
        let most = self.witness.borrow().reference.longest_part();
        assert_eq!(*got, part);
        assert!(got < want && *want <= most, "{want} of {most}");
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Vec<Event>> {
        self.told.lock().expect("nothing panics there")
    }
}
