//! An HTTP state server: a state under an address, and a lock beside it.
//!
//! Three servers that differ in what they check:
//!
//! | request | where | open | fenced | GitLab |
//! |---|---|---|---|---|
//! | get | a state | 200 | 200 | 200 |
//! | get | none | 404 | 404 | 404; 204 once there was a lock or a state |
//! | lock | free | 200 | 200 | 200 |
//! | lock | held, by the same ID too | 423 and the holder's info | 423 and the holder's info | 409 and the holder's info |
//! | unlock | the lock's ID | 200 | 200 | 200 |
//! | unlock | no ID (an empty body) | 200 | 200 | 200 |
//! | unlock | another ID, or an ID and no lock | 200: freed all the same | 409 | 409 |
//! | save | the lock's ID; none, and no lock | 201 if there was none, else 200 | 201 if there was none, else 200 | 200 |
//! | save | anything else | the same | 409 | 500: an error that nobody catches |
//! | save | a serial that was ever stored, or none | the same | the same | 422 |
//! | save | one below the highest that was stored | the same | the same | 200: kept, and the highest is still shown |
//! | delete | anything | 200 | 200 | 200: the serials are forgotten, too |
//! | of the lock, with another method | anything | 405 | 405 | 405 |
//!
//! The open server is the usual hand-made one, the fenced one what Terraform's documentation hopes
//! for; GitLab's is from the source of its API for Terraform states. None knows more of a lock than
//! the body of the request that took it.

mod status;

use std::collections::BTreeSet;

pub use self::status::{Refusal, Said, Status};

/// What a server checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavor {
    /// Nothing but whether the lock is free.
    Open,
    /// The lock's ID, at each save and unlock.
    Fenced,
    /// The same, and that no serial comes twice.
    Gitlab,
}

/// What can be stored.
pub trait Stored: Clone {
    /// Whether it has 0 bytes.
    fn is_empty(&self) -> bool;
    /// The serial, if it is a state.
    fn serial(&self) -> Option<u64>;
}

/// What a lock is taken with.
pub trait Locking: Clone {
    /// What tells a lock from another one.
    type Id: PartialEq;
    /// The ID in it, if it is lock info.
    fn id(&self) -> Option<Self::Id>;
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call<V, L, I> {
    /// The state is asked for.
    Get,
    /// A state is stored.
    Save {
        /// What is stored.
        content: V,
        /// The lock's ID (`?ID=`), if there is one.
        id: Option<I>,
    },
    /// The lock is taken with this body.
    Lock(L),
    /// The lock is given back.
    Unlock(Body<L>),
    /// The state is deleted.
    Delete,
    /// Something with a method that its address does not know.
    Unknown(Body<L>),
}

/// The body of a request to unlock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<L> {
    /// There is none: whoever holds the lock loses it.
    Empty,
    /// The lock's.
    Of(L),
}

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response<V, L> {
    /// The status.
    pub status: Status,
    /// What comes with it.
    pub body: Answered<V, L>,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered<V, L> {
    /// Nothing that a client reads.
    Nothing,
    /// The state.
    Content(V),
    /// What the lock was taken with.
    Holder(L),
}

/// A [server](self).
#[derive(Debug, Clone)]
pub struct Server<V, L> {
    flavor: Flavor,
    state: Option<V>,
    lock: Option<L>,
    /// GitLab: whether there ever was a lock or a state.
    is_known: bool,
    /// GitLab: the serials that were ever stored, but for those up to `serials_before`.
    serials: BTreeSet<u64>,
    /// GitLab: every serial up to this one was stored before the server is looked at.
    serials_before: u64,
}

impl<V: Stored, L: Locking> Server<V, L> {
    /// A server without a state.
    pub const fn new(flavor: Flavor) -> Self {
        Self {
            flavor,
            state: None,
            lock: None,
            is_known: false,
            serials: BTreeSet::new(),
            serials_before: 0,
        }
    }

    /// What it checks.
    pub const fn flavor(&self) -> Flavor {
        self.flavor
    }

    /// Does what it is asked, or says why not: the [table](self).
    pub fn handle(&mut self, call: Call<V, L, L::Id>) -> Response<V, L> {
        let status = match call {
            Call::Get => return self.get(),
            Call::Save { content, id } => self.save(content, id.as_ref()),
            Call::Lock(body) => return self.take(body),
            Call::Unlock(body) => self.unlock(&body),
            Call::Delete => {
                self.delete();
                Status::Ok
            }
            Call::Unknown(_) => Status::MethodNotAllowed,
        };
        Response {
            status,
            body: Answered::Nothing,
        }
    }

    fn get(&self) -> Response<V, L> {
        let (status, body) = match &self.state {
            Some(state) => (Status::Ok, Answered::Content(state.clone())),
            None if self.is_known && self.flavor == Flavor::Gitlab => {
                (Status::NoContent, Answered::Nothing)
            }
            None => (Status::NotFound, Answered::Nothing),
        };
        Response { status, body }
    }

    fn take(&mut self, body: L) -> Response<V, L> {
        let (status, body) = match (&self.lock, self.flavor) {
            (None, _) => {
                self.lock = Some(body);
                self.is_known = true;
                (Status::Ok, Answered::Nothing)
            }
            (Some(holder), Flavor::Open | Flavor::Fenced) => {
                (Status::Locked, Answered::Holder(holder.clone()))
            }
            (Some(holder), Flavor::Gitlab) => (Status::Conflict, Answered::Holder(holder.clone())),
        };
        Response { status, body }
    }

    /// Whether an ID is that of the lock; none is where there is none.
    fn is_lock(&self, id: Option<&L::Id>) -> bool {
        let own = self.lock.as_ref().and_then(L::id);
        own.as_ref() == id && (id.is_some() || self.lock.is_none())
    }

    fn unlock(&mut self, body: &Body<L>) -> Status {
        let is_allowed = match (body, self.flavor) {
            (Body::Empty, _) | (_, Flavor::Open) => true,
            (Body::Of(body), Flavor::Fenced | Flavor::Gitlab) => {
                let id = body.id();
                id.is_some() && self.is_lock(id.as_ref())
            }
        };
        if !is_allowed {
            return Status::Conflict;
        }
        self.lock = None;
        Status::Ok
    }

    fn save(&mut self, content: V, id: Option<&L::Id>) -> Status {
        let is_allowed = self.is_lock(id);
        match self.flavor {
            Flavor::Fenced if !is_allowed => return Status::Conflict,
            Flavor::Gitlab if !is_allowed => return Status::InternalServerError,
            Flavor::Gitlab => {
                let is_new = content
                    .serial()
                    .is_some_and(|it| it > self.serials_before && !self.serials.contains(&it));
                if !is_new {
                    return Status::UnprocessableEntity;
                }
            }
            Flavor::Open | Flavor::Fenced => {}
        }
        let was_there = self.state.is_some();
        // GitLab keeps every one, and shows the one with the highest serial.
        match content.serial() {
            Some(serial)
                if self.flavor == Flavor::Gitlab
                    && self.serials.last().is_some_and(|last| serial < *last) =>
            {
                self.serials.insert(serial);
            }
            Some(_) | None => self.put(content),
        }
        match self.flavor {
            Flavor::Open | Flavor::Fenced if !was_there => Status::Created,
            Flavor::Open | Flavor::Fenced | Flavor::Gitlab => Status::Ok,
        }
    }

    /// What is there as the state.
    pub const fn state(&self) -> Option<&V> {
        self.state.as_ref()
    }

    /// What the lock was taken with, if it is held.
    pub const fn lock(&self) -> Option<&L> {
        self.lock.as_ref()
    }

    /// Begins with a state that has a history: each serial up to its own was stored.
    pub fn begin_with(&mut self, content: V) {
        self.serials_before = content.serial().unwrap_or_default();
        self.put(content);
    }

    /// Stores something in the place of the state, whatever is there.
    pub fn put(&mut self, content: V) {
        self.serials.extend(content.serial());
        self.is_known = true;
        self.state = Some(content);
    }

    /// Takes the state away. Returns whether there was one.
    pub fn delete(&mut self) -> bool {
        self.serials.clear();
        self.serials_before = 0;
        self.is_known = self.lock.is_some();
        self.state.take().is_some()
    }

    /// Puts a lock there by hand, or takes it away.
    pub fn set_lock(&mut self, lock: Option<L>) {
        self.is_known |= lock.is_some();
        self.lock = lock;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Serial = u64;

    impl Stored for Serial {
        fn is_empty(&self) -> bool {
            false
        }

        fn serial(&self) -> Option<u64> {
            Some(*self)
        }
    }

    impl Locking for char {
        type Id = Self;

        fn id(&self) -> Option<Self> {
            Some(*self)
        }
    }

    fn save(content: Serial, id: Option<char>) -> Call<Serial, char, char> {
        Call::Save { content, id }
    }

    fn statuses(flavor: Flavor, calls: Vec<Call<Serial, char, char>>) -> Vec<u16> {
        let mut server = Server::new(flavor);
        let answers = calls.into_iter().map(|call| server.handle(call));
        answers.map(|answer| answer.status.http_status()).collect()
    }

    #[test]
    fn the_three_differ_in_what_they_check() {
        let story = || {
            vec![
                Call::Get,
                Call::Lock('a'),
                Call::Get,
                Call::Lock('a'),
                Call::Lock('b'),
                save(1, None),
                save(1, Some('b')),
                save(1, Some('a')),
                save(1, Some('a')),
                Call::Get,
                Call::Unlock(Body::Of('b')),
                Call::Unlock(Body::Of('a')),
                Call::Unlock(Body::Of('a')),
                Call::Unlock(Body::Empty),
                save(1, Some('a')),
                save(2, None),
                Call::Delete,
                Call::Get,
                save(1, None),
            ]
        };
        assert_eq!(
            statuses(Flavor::Open, story()),
            [
                404, 200, 404, 423, 423, 201, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
                200, 404, 201
            ]
        );
        assert_eq!(
            statuses(Flavor::Fenced, story()),
            [
                404, 200, 404, 423, 423, 409, 409, 201, 200, 200, 409, 200, 409, 200, 409, 200,
                200, 404, 201
            ]
        );
        assert_eq!(
            statuses(Flavor::Gitlab, story()),
            [
                404, 200, 204, 409, 409, 500, 500, 200, 422, 200, 409, 200, 409, 200, 500, 200,
                200, 404, 200
            ]
        );
    }

    #[test]
    fn an_empty_body_takes_the_lock_from_whoever_holds_it() {
        for flavor in [Flavor::Open, Flavor::Fenced, Flavor::Gitlab] {
            let mut server: Server<Serial, char> = Server::new(flavor);
            server.handle(Call::Lock('a'));
            let answer = server.handle(Call::Unlock(Body::Empty));
            assert_eq!(answer.status, Status::Ok, "{flavor:?}");
            assert_eq!(server.lock(), None, "{flavor:?}");
        }
    }
}
