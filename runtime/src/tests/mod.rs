//! Tests of the runtime as a whole, on blocks that are executed as a node executes them.

mod accounts;
mod blocks;
mod chain;
mod genesis;
mod governance;
mod limits;
mod refusals;
mod transactions;
