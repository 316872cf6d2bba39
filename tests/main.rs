//! Integration tests.

mod azure;
