//! Tests of the runtime as a whole, on blocks that are executed as a node executes them.

mod accounts;
mod attestation;
mod blocks;
mod chain;
mod enclave;
mod enclave_records;
mod genesis;
mod governance;
mod limits;
mod refusals;
mod registration;
mod taint;
mod transactions;
