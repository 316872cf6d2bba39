//! `leaselab course`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use leaselab::course::{CHAPTERS, Chapter, MATERIALS, Material};
use leaselab::kernel::{Seed, SimTime};
use leaselab::{render, scenario, suite};
use rayon::prelude::*;

use super::exit::{Exit, Failure};
use super::output::{Output, write_file};

/// Where the course is written.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 written; 2 the folder can't be written.")]
pub(crate) struct CourseArguments {
    /// The folder; it is made where there is none.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Writes the pages: first those of the scenarios, then the chapters, the index last. Where it is,
/// all of it is.
pub(crate) fn course(arguments: &CourseArguments, output: &mut Output) -> Result<Exit, Failure> {
    let folder = &arguments.folder;
    let pages: Result<(), Failure> = { MATERIALS.par_iter() }
        .map(|material| write_file(&folder.join(material.page()), &scenario_page(material)))
        .collect();
    pages?;
    let links = links();
    for chapter in CHAPTERS.iter().rev() {
        let page = render::course_page(chapter.markdown, &links);
        write_file(&folder.join(chapter.page()), &page)?;
    }
    let index = folder.join("index.html");
    output.print(&format!(
        "{} chapters and {} scenarios: open {}\n",
        CHAPTERS.len() - 1,
        MATERIALS.len(),
        index.display()
    ))?;
    Ok(Exit::AsExpected)
}

/// For each target as the chapters write it, its page.
fn links() -> BTreeMap<String, String> {
    let chapters = CHAPTERS
        .iter()
        .map(|chapter: &Chapter| (chapter.file.to_owned(), chapter.page()));
    let materials = MATERIALS
        .iter()
        .map(|material| (material.target(), material.page()));
    chapters.chain(materials).collect()
}

fn scenario_page(material: &Material) -> String {
    let scenario = scenario::parse(material.path, material.source.as_bytes())
        .expect("what is compiled in is read by a test");
    render::html(&suite::film(&Arc::new(scenario), Seed(0), SimTime::MAX))
}
