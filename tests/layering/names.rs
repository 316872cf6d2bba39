//! What a source file names: every path in it, resolved to where it leads.
//!
//! The file is read as tokens, so that a path in a macro's argument counts as one in a type.
//! What tokens cannot tell (a root under another name, a file that is included) is refused, so
//! that no path can hide behind it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{ItemUse, UseTree, Visibility};

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// Into this crate: the segments after its root.
    Here(Vec<String>),
    /// A re-export of what another module of this crate has, beside its [`Name::Here`].
    HandedOn(Vec<String>),
    /// Into `std`: the segments after it. (`core` and `alloc` have no surroundings to touch.)
    Standard(Vec<String>),
    /// What no reader should have to see through.
    Trick(String),
}

/// The paths that a source file names, in its order, and the tricks that it uses.
///
/// `module` is the file's own path in the crate; `[]` is the root.
pub(super) fn names(source: &str, module: &[&str]) -> Vec<Name> {
    let tokens: TokenStream = source.parse().expect("a file that compiles has tokens");
    let mut reader = Reader {
        module: module.iter().map(|&part| part.to_owned()).collect(),
        names: Vec::new(),
    };
    reader.read(tokens);
    reader.names
}

struct Reader {
    module: Vec<String>,
    names: Vec<Name>,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += match token {
                TokenTree::Ident(word) => self.read_word(&word.to_string(), &tokens, at),
                TokenTree::Group(group) => {
                    self.refuse_moved_file(&tokens, at, group);
                    self.read(group.stream());
                    1
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => 1,
            };
        }
    }

    /// Reads what begins with a word, and returns how many tokens that takes.
    fn read_word(&mut self, word: &str, tokens: &[TokenTree], at: usize) -> usize {
        let next = tokens.get(at + 1);
        match word {
            "use" if !is_punct(next, '<') => self.read_use(tokens, at),
            "mod" => match (next, tokens.get(at + 2)) {
                (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) => {
                    self.module.push(name.to_string());
                    self.read(body.stream());
                    self.module.pop();
                    3
                }
                _ => 1,
            },
            "extern" if is_word(next, "crate") => {
                self.trick("extern crate");
                2
            }
            "include" if is_punct(next, '!') => {
                self.trick("include!");
                2
            }
            _ => self.read_path(tokens, at),
        }
    }

    /// A path outside a `use`. A root alone is no name: it stands in visibilities.
    fn read_path(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let mut segments = Vec::new();
        let mut end = at;
        while let Some(TokenTree::Ident(word)) = tokens.get(end) {
            segments.push(plain(&word.to_string()));
            if !(is_punct(tokens.get(end + 1), ':') && is_punct(tokens.get(end + 2), ':')) {
                end += 1;
                break;
            }
            end += 3;
        }
        if segments.len() > 1 {
            match self.resolve(&segments) {
                Some(Name::Here(rest)) if rest.is_empty() => {}
                name => self.names.extend(name),
            }
        }
        end - at
    }

    fn read_use(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let length = tokens[at..]
            .iter()
            .position(|token| is_punct(Some(token), ';'))
            .map_or(tokens.len() - at, |position| position + 1);
        // A visibility stands before it: `pub`, or `pub` and a group.
        let before = |steps: usize| at.checked_sub(steps).and_then(|at| tokens.get(at));
        let start = match (before(2), before(1)) {
            (_, word) if is_word(word, "pub") => at - 1,
            (word, Some(TokenTree::Group(_))) if is_word(word, "pub") => at - 2,
            _ => at,
        };
        let item: TokenStream = tokens[start..at + length].iter().cloned().collect();
        let Ok(item) = syn::parse2::<ItemUse>(item) else {
            // Only a macro's template has such a thing.
            self.trick("a `use` that cannot be read");
            return 1;
        };
        self.read_tree(&item.tree, &mut Vec::new(), is_public(&item.vis));
        length
    }

    fn read_tree(&mut self, tree: &UseTree, prefix: &mut Vec<String>, is_public: bool) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(plain(&path.ident.to_string()));
                self.read_tree(&path.tree, prefix, is_public);
                prefix.pop();
            }
            UseTree::Name(name) => self.used(prefix, Some(&name.ident.to_string()), is_public),
            UseTree::Rename(rename) => {
                self.used(prefix, Some(&rename.ident.to_string()), is_public);
            }
            UseTree::Glob(_) => self.used(prefix, None, is_public),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.read_tree(tree, prefix, is_public);
                }
            }
        }
    }

    /// A leaf of a use-tree: a name after the prefix, or all that the prefix holds.
    fn used(&mut self, prefix: &[String], last: Option<&str>, is_public: bool) {
        let mut segments = prefix.to_vec();
        match last {
            Some("self") if !prefix.is_empty() => {}
            Some(last) => segments.push(plain(last)),
            None => {}
        }
        match self.resolve(&segments) {
            Some(Name::Here(rest) | Name::Standard(rest)) if rest.is_empty() => {
                self.trick(&format!("the whole of `{}`", segments.join("::")));
            }
            Some(Name::Here(rest)) => {
                if is_public && self.module.first() != rest.first() {
                    self.names.push(Name::HandedOn(rest.clone()));
                }
                self.names.push(Name::Here(rest));
            }
            name => self.names.extend(name),
        }
    }

    /// Where a path leads, if it leads to this crate or the standard library.
    fn resolve(&self, segments: &[String]) -> Option<Name> {
        let (first, rest) = segments.split_first()?;
        if matches!(first.as_str(), "crate" | "leaselab") {
            return Some(Name::Here(rest.to_vec()));
        }
        if first == "std" {
            return Some(Name::Standard(rest.to_vec()));
        }
        let steps = segments
            .iter()
            .take_while(|word| matches!(word.as_str(), "self" | "super"));
        let (steps, supers) = steps.fold((0, 0), |(steps, supers), word| {
            (steps + 1, supers + usize::from(word == "super"))
        });
        if steps == 0 {
            return None;
        }
        let Some(depth) = self.module.len().checked_sub(supers) else {
            return Some(Name::Trick(format!(
                "`{}` above the root",
                segments.join("::")
            )));
        };
        let mut path = self.module[..depth].to_vec();
        path.extend_from_slice(&segments[steps..]);
        Some(Name::Here(path))
    }

    /// `#[path = "…"]` takes a module's file from a place that its name does not tell.
    fn refuse_moved_file(&mut self, tokens: &[TokenTree], at: usize, group: &Group) {
        let is_attribute = group.delimiter() == Delimiter::Bracket
            && (is_punct(at.checked_sub(1).and_then(|at| tokens.get(at)), '#'));
        let inside: Vec<TokenTree> = group.stream().into_iter().collect();
        if is_attribute && is_word(inside.first(), "path") && is_punct(inside.get(1), '=') {
            self.trick("a file from elsewhere");
        }
    }

    fn trick(&mut self, what: &str) {
        self.names.push(Name::Trick(what.to_owned()));
    }
}

/// A raw identifier names what the plain one does.
fn plain(word: &str) -> String {
    word.trim_start_matches("r#").to_owned()
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if *ident == word)
}

fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// Whether modules outside its parent may see it, as far as the words tell.
fn is_public(visibility: &Visibility) -> bool {
    !matches!(visibility, Visibility::Inherited)
}
