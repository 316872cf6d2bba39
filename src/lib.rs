//! A deterministic discrete-event simulator of Terraform applies that go wrong.

pub mod kernel;

pub mod azure;

pub mod terraform;

pub mod command;

pub mod scenario;

pub mod timeline;

pub mod world;

pub mod simulation;

pub mod verdict;

pub mod explain;

pub mod suite;

pub mod runbook;

pub mod render;
