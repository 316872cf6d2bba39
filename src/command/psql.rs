//! `psql -c`: the two statements that help where a session keeps a lock, and what they print.

use crate::service::postgres::{LockFilter, LockKey, SessionId};

/// `psql … -c STATEMENT`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PsqlCommand {
    /// What the server is asked.
    pub statement: PsqlStatement,
    /// How it is printed.
    pub format: PsqlFormat,
}

/// What `psql` can ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PsqlStatement {
    /// `SELECT … FROM pg_locks WHERE locktype = 'advisory' …`
    Locks {
        /// What is shown of each.
        columns: Vec<LockColumn>,
        /// Which ones.
        filter: LockFilter,
    },
    /// `SELECT pg_terminate_backend(NUMBER)`
    Terminate(SessionId),
    /// `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' …`
    TerminateHolders(LockFilter),
}

/// How `psql` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PsqlFormat {
    /// `-t`: without names and count.
    pub is_bare: bool,
    /// `-A`: without alignment.
    pub is_unaligned: bool,
    /// `-q`
    pub is_quiet: bool,
}

/// A column of `pg_locks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockColumn {
    /// `pid`: the number of the session's server process.
    Pid,
    /// `locktype`
    LockType,
    /// `classid`: the upper half of the key.
    ClassId,
    /// `objid`: the lower half of the key.
    ObjId,
    /// `mode`
    Mode,
    /// `granted`
    Granted,
}

impl LockColumn {
    /// All of them, in the order of `*`.
    pub const ALL: [Self; 6] = [
        Self::LockType,
        Self::ClassId,
        Self::ObjId,
        Self::Pid,
        Self::Mode,
        Self::Granted,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pid => "pid",
            Self::LockType => "locktype",
            Self::ClassId => "classid",
            Self::ObjId => "objid",
            Self::Mode => "mode",
            Self::Granted => "granted",
        }
    }

    const fn is_number(self) -> bool {
        match self {
            Self::Pid | Self::ClassId | Self::ObjId => true,
            Self::LockType | Self::Mode | Self::Granted => false,
        }
    }

    fn value(self, key: LockKey, session: SessionId) -> String {
        match self {
            Self::Pid => session.0.to_string(),
            Self::LockType => "advisory".to_owned(),
            Self::ClassId => key.classid().to_string(),
            Self::ObjId => key.objid().to_string(),
            Self::Mode => "ExclusiveLock".to_owned(),
            Self::Granted => "t".to_owned(),
        }
    }
}

/// What is printed of locks.
pub fn print_locks(
    columns: &[LockColumn],
    locks: &[(LockKey, SessionId)],
    format: PsqlFormat,
) -> String {
    let rows = locks.iter().map(|(key, session)| {
        let values = columns.iter().map(|column| column.value(*key, *session));
        values.collect()
    });
    let heads: Vec<(&str, bool)> = { columns.iter() }
        .map(|column| (column.name(), column.is_number()))
        .collect();
    table(&heads, &rows.collect::<Vec<_>>(), format)
}

/// What is printed of sessions that were to be ended: whether there were any.
pub fn print_ended(ended: &[bool], format: PsqlFormat) -> String {
    let rows: Vec<Vec<String>> = { ended.iter() }
        .map(|was_there| vec![if *was_there { "t" } else { "f" }.to_owned()])
        .collect();
    table(&[("pg_terminate_backend", false)], &rows, format)
}

fn table(heads: &[(&str, bool)], rows: &[Vec<String>], format: PsqlFormat) -> String {
    let mut text = String::new();
    let mut add = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    let widths: Vec<usize> = { heads.iter().enumerate() }
        .map(|(index, (name, _))| {
            let of_rows = rows.iter().map(|row| row[index].len()).max();
            let of_head = if format.is_bare { 0 } else { name.len() };
            of_rows.unwrap_or(0).max(of_head)
        })
        .collect();
    if !format.is_bare {
        let names = heads.iter().zip(&widths);
        if format.is_unaligned {
            add(&heads
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
                .join("|"));
        } else {
            let names = names.map(|((name, _), width)| format!(" {name:^width$} "));
            add(&names.collect::<Vec<_>>().join("|"));
            let lines = widths.iter().map(|width| "-".repeat(width + 2));
            add(&lines.collect::<Vec<_>>().join("+"));
        }
    }
    for row in rows {
        if format.is_unaligned {
            add(&row.join("|"));
            continue;
        }
        let cells = row.iter().zip(heads).zip(&widths);
        let cells = cells.map(|((cell, (_, is_number)), width)| {
            if *is_number {
                format!(" {cell:>width$} ")
            } else {
                format!(" {cell:<width$} ")
            }
        });
        add(cells.collect::<Vec<_>>().join("|").trim_end());
    }
    let count = rows.len();
    let noun = if count == 1 { "row" } else { "rows" };
    if !format.is_bare {
        add(&format!("({count} {noun})"));
    }
    if !format.is_unaligned {
        add("");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_are_printed_as_psql_does() {
        let locks = [
            (LockKey::Row(1), SessionId(4711)),
            (LockKey::Creation, SessionId(4712)),
        ];
        let columns = [LockColumn::Pid, LockColumn::ObjId, LockColumn::Granted];
        let text = print_locks(&columns, &locks, PsqlFormat::default());
        let expected = " pid  |   objid    | granted \n------+------------+---------\n \
                        4711 |          1 | t\n 4712 | 4294967295 | t\n(2 rows)\n\n";
        assert_eq!(text, expected);
        let bare = PsqlFormat {
            is_bare: true,
            is_unaligned: true,
            is_quiet: false,
        };
        let text = print_locks(&columns, &locks, bare);
        assert_eq!(text, "4711|1|t\n4712|4294967295|t\n");
        assert_eq!(print_ended(&[true], bare), "t\n");
    }
}
