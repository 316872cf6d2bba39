//! Blobs: where the state's is, and others that there are before the first step.

use std::collections::BTreeSet;

use super::Checker;
use super::written::{RawContent, RawDetails};
use crate::scenario::Configuration;
use crate::scenario::document::{Node, quoted};
use crate::scenario::model::{Before, BlobBefore, OtherBlob};
use crate::scenario::raw::scalar::Text;
use crate::scenario::raw::{RawBackend, RawBlob};
use crate::service::azure::BlobPath;
use crate::terraform::ResourceId;

/// A part of a blob's path: under which key it is written, and how.
type RawName<'r> = (&'static str, Option<&'r Text>);

impl Checker<'_, '_> {
    /// Where the state blob is.
    pub(super) fn state_blob(&mut self, root: &Node<'_>, raw: Option<&RawBackend>) -> BlobPath {
        let names = [
            (
                "storage_account_name",
                raw.and_then(|raw| raw.storage_account_name.as_ref()),
            ),
            (
                "container_name",
                raw.and_then(|raw| raw.container_name.as_ref()),
            ),
            ("key", raw.and_then(|raw| raw.key.as_ref())),
        ];
        let path = self.blob_path(root.field("backend"), names, BlobPath::default());
        path.unwrap_or_default()
    }

    /// The path of a blob: account, container and name; `None` where one can't be what is written.
    fn blob_path(
        &mut self,
        node: &Node<'_>,
        names: [RawName<'_>; 3],
        default: BlobPath,
    ) -> Option<BlobPath> {
        let mut path = default;
        let mut is_right = true;
        let is_lower = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let [account, container, name] = names;
        if let (key, Some(Text(text))) = account {
            if (3..=24).contains(&text.len()) && text.chars().all(is_lower) {
                path.account = text.as_str().into();
            } else {
                is_right = false;
                let message = format!("{} is no name of a storage account", quoted(text));
                let help = "write 3 to 24 lowercase letters and digits".to_owned();
                self.diagnostics
                    .error_help(node.field(key), message, Some(help));
            }
        }
        if let (key, Some(Text(text))) = container {
            let is_name = |letter: char| is_lower(letter) || letter == '-' || letter == '$';
            if (3..=63).contains(&text.len()) && text.chars().all(is_name) {
                path.container = text.as_str().into();
            } else {
                is_right = false;
                let message = format!("{} is no name of a container", quoted(text));
                let help = "write 3 to 63 lowercase letters, digits and `-`".to_owned();
                self.diagnostics
                    .error_help(node.field(key), message, Some(help));
            }
        }
        if let (key, Some(Text(text))) = name {
            let is_plain = |letter: char| !letter.is_control() && !letter.is_whitespace();
            if (1..=1024).contains(&text.len()) && text.chars().all(is_plain) {
                path.name = text.as_str().into();
            } else {
                is_right = false;
                let message = format!("{} is no name of a blob", quoted(text));
                let help = "write 1 to 1024 characters without blanks".to_owned();
                self.diagnostics
                    .error_help(node.field(key), message, Some(help));
            }
        }
        is_right.then_some(path)
    }

    /// The blobs besides the state's, in a world that is otherwise as `before` says.
    pub(super) fn other_blobs(
        &mut self,
        list: &Node<'_>,
        raw: &[RawBlob],
        (state, before): (&BlobPath, &Before),
        configuration: &Configuration,
    ) -> Vec<OtherBlob> {
        let mut made: BTreeSet<ResourceId> = before.cloud.iter().copied().collect();
        if let BlobBefore::State { resources, .. } = &before.blob {
            made.extend(resources);
        }
        let mut seen = BTreeSet::new();
        let mut blobs = Vec::new();
        if raw.len() != list.items().len() {
            // What is wrong in one of them is reported already.
            return blobs;
        }
        for (raw, node) in raw.iter().zip(list.items()) {
            let Some(blob) = self.other_blob(node, raw, state) else {
                continue;
            };
            if blob.at == *state {
                let message = "this is the state's own blob";
                let help =
                    "write `remote` for what it holds, or another `account`, `container` or \
                            `name`"
                        .to_owned();
                self.diagnostics.error_help(node, message, Some(help));
            } else if !seen.insert(blob.at.clone()) {
                let message = format!("the blob {} stands here twice", blob.at);
                self.diagnostics.error(node, message);
            }
            if let Some(content) = &blob.content {
                self.check_objects(node, content, &made, configuration, "blob");
            }
            blobs.push(blob);
        }
        blobs
    }

    fn other_blob(
        &mut self,
        node: &Node<'_>,
        raw: &RawBlob,
        state: &BlobPath,
    ) -> Option<OtherBlob> {
        let names = [
            ("account", raw.account.as_ref()),
            ("container", raw.container.as_ref()),
            ("name", raw.name.as_ref()),
        ];
        let at = self.blob_path(node, names, state.clone());
        let content = RawContent {
            serial: raw.serial.as_ref(),
            lineage: raw.lineage.as_ref(),
            resources: raw.resources.as_deref(),
            details: RawDetails {
                object: raw.object.as_ref(),
                tainted: raw.tainted.as_deref(),
            },
            is_empty: raw.empty.is_some(),
        };
        let content = self.written_content(node, &content, "blob").ok()?;
        Some(OtherBlob { at: at?, content })
    }
}
