//! Random runbooks for a wreck: what is advised there, with careless and cheating lines between.

use std::sync::Arc;

use leaselab::kernel::{Seed, SimDuration, Stream};
use leaselab::simulation::{Session, Waited};
use leaselab::terraform::{Names, OperatorId};
use leaselab::timeline::{Observation, Occasion};
use leaselab::verdict::{mends, picture};

use crate::places::{Drawn as _, Place};

const LINES_MAX: usize = 24;
const ROUNDS_MAX: usize = 6;
const PATIENCE: SimDuration = SimDuration::from_seconds(24 * 60 * 60);

/// Lines that need no address.
const PLAIN: [&str; 42] = [
    "terraform plan",
    "terraform apply -auto-approve",
    "terraform apply -auto-approve -refresh-only",
    "terraform apply -auto-approve -lock=false",
    "terraform apply -auto-approve -lock-timeout=2h",
    "terraform apply -auto-approve -refresh=false",
    "terraform destroy -auto-approve",
    "terraform refresh",
    "terraform force-unlock -force <LOCK_ID>",
    "terraform state push errored.tfstate",
    "terraform state push -force errored.tfstate",
    "terraform state push -force kept.tfstate",
    "terraform state push kept.tfstate",
    "terraform state pull > kept.tfstate",
    "terraform state pull > errored.tfstate",
    "cp errored.tfstate kept.tfstate",
    "mv errored.tfstate kept.tfstate",
    "mv errored.tfstate old.txt",
    "cp kept.tfstate errored.tfstate",
    "rm -f errored.tfstate",
    "rm -f *.tfstate",
    "echo > errored.tfstate",
    "sleep 20",
    "sleep 2h",
    "az storage blob show -c tfstate -n terraform.tfstate",
    "az storage blob snapshot -c tfstate -n terraform.tfstate",
    "az storage blob delete -c tfstate -n terraform.tfstate",
    "az storage blob delete -c tfstate -n terraform.tfstate --delete-snapshots include",
    "az storage blob undelete -c tfstate -n terraform.tfstate",
    "az storage blob metadata update -c tfstate -n terraform.tfstate --metadata a=b",
    "az storage blob download -c tfstate -n terraform.tfstate -f kept.tfstate",
    "az storage blob upload -c tfstate -n terraform.tfstate -f kept.tfstate --overwrite",
    "az storage blob upload -c tfstate -n terraform.tfstate -f errored.tfstate --overwrite",
    "az storage blob copy start --destination-container other --destination-blob x.tfstate \
     --source-container tfstate --source-blob terraform.tfstate",
    "az storage blob lease break -c tfstate -b terraform.tfstate --lease-break-period 20",
    "az storage blob lease acquire -c tfstate -b terraform.tfstate --lease-duration 15",
    "az storage blob lease change -c tfstate -b terraform.tfstate --lease-id <LOCK_ID> \
     --proposed-lease-id 00000000-0000-0000-0000-0000000000aa",
    "az storage blob lease release -c tfstate -b terraform.tfstate --lease-id <LOCK_ID>",
    "for a in $(terraform state list); do terraform state rm \"$a\"; done",
    "for a in $(terraform state list); do terraform untaint \"$a\"; done",
    "terraform state rm $(terraform state list | head -1)",
    "ls",
];

const BREAK: &str =
    "az storage blob lease break -c tfstate -b terraform.tfstate --lease-break-period 0";

/// Edits of a state, as people make them: what is done to it, before it is pushed.
const EDITS: [&str; 5] = [
    ".serial += 1",
    ".serial += 50",
    ".serial += 1 | .resources = []",
    ".serial += 1 | del(.resources[0])",
    ".serial += 1 | del(.resources[].instances[].status)",
];

/// Who writes a runbook while trying it.
struct Writer {
    stream: Stream,
    session: Session,
    operator: OperatorId,
    lines: Vec<String>,
    place: Place,
}

impl Writer {
    fn one_in(&mut self, times: u64) -> bool {
        self.stream.below(times) == 0
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        let index = self.stream.below(u64::try_from(list.len()).unwrap());
        list[usize::try_from(index).unwrap()].clone()
    }

    fn names(&self) -> &Arc<Names> {
        self.session.simulation().names()
    }

    /// Types a line and waits for its end, with `yes` to what is asked.
    fn type_line(&mut self, line: String) {
        if self.lines.len() >= LINES_MAX {
            return;
        }
        let name = format!("line_{}", self.lines.len());
        let typed = self.session.type_line(self.operator, &name, &line);
        let Ok(run) = typed else {
            return;
        };
        for _ in 0..3 {
            match self.session.wait(run, PATIENCE) {
                Waited::Asks => self.session.answer(self.operator, "yes").unwrap(),
                Waited::Ended(_) | Waited::StillRunning => break,
            }
        }
        self.lines.push(line);
    }

    /// An address, and the ID of an object, most often of one for it.
    fn place(&mut self, observation: &Observation) -> (String, String) {
        let all: Vec<_> = self.names().resource_ids().collect();
        let resource = self.pick(&all);
        let objects: Vec<_> = observation.cloud.iter().collect();
        let own = objects
            .iter()
            .find(|(_, object)| object.resource == resource);
        let any = self.stream.below(6) == 0;
        let object = match own {
            Some((id, _)) if !any => Some(*id),
            Some(_) | None if objects.is_empty() => None,
            Some(_) | None => Some(self.pick(&objects).0),
        };
        let id = object.map_or("/things/none".to_owned(), |id| self.names().object(id));
        (self.names().typed_address(resource), id)
    }

    /// A line or a few that belong together, by somebody who is careless, or who cheats.
    fn careless(&mut self) -> Vec<String> {
        let observation = Arc::new(self.session.simulation().observe());
        let (address, id) = self.place(&observation);
        let (other, _) = self.place(&observation);
        let lines: Vec<String> = match self.stream.below(18) {
            0 => vec![format!("terraform state rm {address}")],
            // Forgotten and imported: nothing may be missing for a while.
            1 | 2 => vec![
                format!("terraform state rm {address}"),
                format!("terraform import {address} {id}"),
            ],
            3 => vec![format!("terraform import {address} {id}")],
            4 => vec![format!("terraform state mv {address} {other}")],
            5 => vec![
                format!("terraform taint {address}"),
                format!("terraform untaint {address}"),
            ],
            6 => {
                let verb = self.pick(&["taint", "untaint", "untaint"]);
                vec![format!("terraform {verb} {address}")]
            }
            7 => {
                let flag = self.pick(&["-replace", "-target"]);
                vec![format!("terraform apply -auto-approve {flag}={address}")]
            }
            8 => vec![format!("terraform destroy -auto-approve -target={address}")],
            9 => {
                let edit = self.pick(&EDITS);
                let from = self.pick(&["terraform state pull", "cat errored.tfstate"]);
                vec![format!(
                    "{from} | jq '{edit}' > edited.tfstate && terraform state push edited.tfstate"
                )]
            }
            // Not a look at who holds it.
            10 => vec![
                "terraform plan".to_owned(),
                "terraform force-unlock -force <LOCK_ID>".to_owned(),
            ],
            11 => vec![BREAK.to_owned()],
            _ => vec![self.pick(&PLAIN).to_owned()],
        };
        lines
    }

    fn be_careless(&mut self) {
        for mut line in self.careless() {
            // Of another place's tool, one of this place's.
            if self.place != Place::Azurerm && line.starts_with("az ") {
                self.pick(self.place.tool()).clone_into(&mut line);
            }
            // What fails is overlooked.
            self.type_line(format!("{line} || true"));
        }
    }

    /// What is advised now.
    fn advised(&mut self) -> Vec<String> {
        let observation = Arc::new(self.session.simulation().observe());
        if observation.living().next().is_some() {
            return vec!["sleep 12h".to_owned()];
        }
        let names = Arc::clone(self.names());
        let picture = picture(&names, &observation, Occasion::Look, Some(self.operator));
        let own = mends(picture.findings());
        let own = own
            .into_iter()
            .filter(|mend| mend.operator == self.operator);
        let mut lines: Vec<String> = own
            .map(
                |mend| match mend.line.strip_prefix("terraform force-unlock") {
                    Some(_) => "terraform force-unlock -force <LOCK_ID>".to_owned(),
                    None => mend.line,
                },
            )
            .collect();
        if lines.iter().any(|line| line.contains("<LOCK_ID>")) {
            // It is printed to whoever can't have it.
            lines.insert(0, "terraform plan".to_owned());
        }
        lines
    }
}

/// The runbook with this number for the wreck at which a session stands. Some only do what is
/// advised, some are careless before, in between or after, and some are nothing but careless.
pub(super) fn runbook(
    (number, place): (u64, Place),
    session: &Session,
    operator: OperatorId,
) -> String {
    let mut writer = Writer {
        stream: Stream::named(Seed(number), "recovery"),
        session: session.fork().without_return(),
        operator,
        lines: Vec::new(),
        place,
    };
    let chance = writer.pick(&[0, 3, 3, 6, 6, 12]);
    let is_first = writer.one_in(3);
    let follows = !writer.one_in(8);
    for round in 0..ROUNDS_MAX {
        if is_first && round == 0 || !follows {
            writer.be_careless();
        }
        let advised = if follows {
            writer.advised()
        } else {
            Vec::new()
        };
        if follows && advised.is_empty() && round > 0 {
            break;
        }
        for line in advised {
            if chance > 0 && writer.one_in(chance) {
                writer.be_careless();
            }
            // Something is left out now and then.
            if chance == 0 || !writer.one_in(chance * 4) {
                writer.type_line(line);
            }
        }
    }
    if chance > 0 && writer.one_in(chance) {
        writer.be_careless();
    }
    if writer.lines.is_empty() {
        writer.lines.push("terraform plan".to_owned());
    }
    format!(
        "# Runbook {number}\n\n```bash\n{}\n```\n",
        writer.lines.join("\n")
    )
}
