//! The state manager: the process's own copy of the state, and what it knows of the remote one.
//!
//! The serial rises with each *attempt* to store a changed state, whether or not it succeeds;
//! after a failed attempt lineage and serial no longer equal what was read, so that the next
//! attempt is made even for the same content.

use std::sync::Arc;

use super::state::{Lineage, Serial, StateContent, StateFile, StateSnapshot};

/// How serials rise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SerialRule {
    /// With each attempt to store a changed state.
    #[default]
    PerAttempt,
    /// With each write that differs from the state that was read first. As long as there was none,
    /// each write looks first whether there is one now; so the first gets 1, and the others are
    /// compared with it.
    PerDifference,
}

/// A [state manager](self).
#[derive(Debug, Clone, Default)]
pub struct StateManager {
    rule: SerialRule,
    /// What writes are compared with, where serials rise per difference.
    base: Option<StateSnapshot>,
    /// The serial before the last attempt.
    before: Serial,
    /// What the process itself had, where the last save took over what it read first.
    own: Option<StateSnapshot>,
    /// The transient snapshot: what the next save stores.
    pub snapshot: StateSnapshot,
    /// The lineage of the next save; `None` until there is a state.
    pub lineage: Option<Lineage>,
    /// The serial of the last attempt.
    pub serial: Serial,
    /// The persistent snapshot that was last read or stored; `None` where there is no state.
    read: Option<Arc<StateFile>>,
    /// Whether a state was ever found: what a later look does not find leaves it as it was.
    has_found: bool,
}

/// What a save comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Save {
    /// Nothing changed since the last read or save.
    Nothing,
    /// No state is known to exist: first look whether there is one.
    ReadFirst,
    /// Store this.
    Store(Arc<StateFile>),
}

/// Why a state file may not replace the remote state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportRefusal {
    /// It is another state.
    Lineage {
        /// The file's.
        file: Lineage,
        /// The remote state's.
        remote: Lineage,
    },
    /// It is older.
    Serial {
        /// The file's.
        file: Serial,
        /// The remote state's.
        remote: Serial,
    },
    /// It differs under the same serial.
    Content {
        /// Both have it.
        serial: Serial,
    },
}

impl StateManager {
    /// A manager that knows of no state.
    pub fn new(rule: SerialRule) -> Self {
        Self {
            rule,
            ..Self::default()
        }
    }

    /// What was last read or stored.
    pub const fn read(&self) -> Option<&Arc<StateFile>> {
        self.read.as_ref()
    }

    /// What the process itself had, where the last save took over what it read first.
    pub const fn own(&self) -> Option<&StateSnapshot> {
        self.own.as_ref()
    }

    /// Whether the process has a state: one was found, now or before.
    pub const fn has_found(&self) -> bool {
        self.has_found
    }

    /// Takes over what was read. Where that is no state, the transient snapshot stays as it is.
    pub fn refresh(&mut self, content: &StateContent) {
        match content.state() {
            None => {
                self.read = None;
                self.lineage = None;
                self.serial = 0;
                self.base = None;
            }
            Some(file) => {
                self.base = Some(file.snapshot.clone());
                self.snapshot = file.snapshot.clone();
                self.lineage = Some(file.lineage);
                self.serial = file.serial;
                self.read = Some(Arc::clone(file));
                self.has_found = true;
            }
        }
    }

    /// Begins a save. A state that is new without a look at what there is gets `lineage`.
    pub fn begin_save(&mut self, lineage: impl FnOnce() -> Lineage) -> Save {
        self.before = self.serial;
        self.own = None;
        match self.rule {
            SerialRule::PerAttempt => self.begin_attempt(),
            SerialRule::PerDifference if self.base.is_none() => Save::ReadFirst,
            SerialRule::PerDifference => Save::Store(self.write(lineage)),
        }
    }

    /// The state file of a write, with a serial that has risen if it differs from what was read.
    fn write(&mut self, lineage: impl FnOnce() -> Lineage) -> Arc<StateFile> {
        self.before = self.serial;
        self.lineage.get_or_insert_with(lineage);
        if self.base.as_ref() != Some(&self.snapshot) {
            self.serial += 1;
        }
        self.export()
    }

    /// Takes over what was read at the beginning of a save. Where serials rise per difference that
    /// is no more than lineage and serial: what is to be saved stays.
    pub fn refresh_before_save(&mut self, content: &StateContent) {
        let own = self.snapshot.clone();
        self.refresh(content);
        match self.rule {
            SerialRule::PerAttempt => self.own = Some(own),
            SerialRule::PerDifference => self.snapshot = own,
        }
    }

    /// The last save was no attempt: it counts for nothing.
    pub const fn was_not_attempted(&mut self) {
        self.serial = self.before;
    }

    fn begin_attempt(&mut self) -> Save {
        let Some(read) = &self.read else {
            return Save::ReadFirst;
        };
        // A state without lineage, or of serial 0, equals none.
        let is_same = self.lineage == Some(read.lineage)
            && read.lineage != Lineage::NONE
            && self.serial == read.serial
            && read.serial != 0
            && self.snapshot == read.snapshot;
        if is_same {
            return Save::Nothing;
        }
        self.serial += 1;
        Save::Store(self.export())
    }

    /// Goes on with a save that had to [read first](Save::ReadFirst). A state without lineage is
    /// new and gets `lineage`; one that was found is stored again as it is.
    pub fn save_after_read(&mut self, lineage: impl FnOnce() -> Lineage) -> Arc<StateFile> {
        match self.rule {
            SerialRule::PerAttempt => {}
            SerialRule::PerDifference => return self.write(lineage),
        }
        if self.lineage.is_none() {
            self.lineage = Some(lineage());
            self.serial += 1;
        }
        self.export()
    }

    /// Records that the service stored the file. Where none was known and nothing has been written
    /// yet, what was stored is nothing that a later save could be compared with: it reads first,
    /// again.
    pub fn stored(&mut self, file: Arc<StateFile>) {
        let is_of_nothing = self.read.is_none() && file.snapshot.is_empty();
        match self.rule {
            SerialRule::PerAttempt if is_of_nothing => {}
            SerialRule::PerAttempt | SerialRule::PerDifference => self.read = Some(file),
        }
    }

    /// What `errored.tfstate` gets: what the process itself has, with the lineage and the serial of
    /// its last attempt.
    pub fn rescued(&self) -> Arc<StateFile> {
        let file = self.export();
        match &self.own {
            None => file,
            Some(own) => Arc::new(StateFile {
                snapshot: own.clone(),
                ..(*file).clone()
            }),
        }
    }

    /// The state file as it would be stored now.
    pub fn export(&self) -> Arc<StateFile> {
        Arc::new(StateFile {
            lineage: self.lineage.unwrap_or(Lineage::NONE),
            serial: self.serial,
            snapshot: self.snapshot.clone(),
        })
    }

    /// Takes over a state file for a `state push`.
    ///
    /// # Errors
    ///
    /// Unless `force`, if the remote state has resources and the file is of another lineage, has
    /// a lower serial, or the same serial with other content.
    pub fn import(&mut self, file: &StateFile, force: bool) -> Result<(), ImportRefusal> {
        // Where no lineage is known, there is nothing to compare the file with.
        let known = self.lineage.filter(|_| file.lineage != Lineage::NONE);
        let known = known.filter(|lineage| *lineage != Lineage::NONE);
        if let (false, false, Some(remote)) = (force, self.snapshot.is_empty(), known) {
            if remote != file.lineage {
                return Err(ImportRefusal::Lineage {
                    file: file.lineage,
                    remote,
                });
            }
            if file.serial < self.serial {
                return Err(ImportRefusal::Serial {
                    file: file.serial,
                    remote: self.serial,
                });
            }
            if file.serial == self.serial && file.snapshot != self.snapshot {
                return Err(ImportRefusal::Content {
                    serial: file.serial,
                });
            }
        }
        self.snapshot = file.snapshot.clone();
        self.lineage = Some(file.lineage);
        self.serial = file.serial;
        self.base.get_or_insert_with(|| self.snapshot.clone());
        Ok(())
    }
}
