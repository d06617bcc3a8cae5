//! The threads that run and prove, and the queue before them.

use crate::{Job, JobKey};
use opg_primitives::{ids::ModelId, mode::Mode};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

#[derive(Debug, Default)]
struct Line {
    /// What takes no time goes first.
    quick: VecDeque<JobKey>,
    slow: VecDeque<JobKey>,
    /// What waits or runs, and of which model it is to be proven.
    inside: BTreeMap<JobKey, Option<ModelId>>,
    /// Places for jobs that are being stored.
    reserved: u32,
    closed: bool,
}

impl Line {
    fn taken(&self) -> u32 {
        u32::try_from(self.inside.len()).unwrap_or(u32::MAX).saturating_add(self.reserved)
    }

    fn add(&mut self, job: &Job) -> bool {
        if self.inside.contains_key(&job.key()) {
            return false;
        }
        let proven = (job.mode == Mode::ZkMl).then_some(job.model);
        let line = if proven.is_some() { &mut self.slow } else { &mut self.quick };
        line.push_back(job.key());
        self.inside.insert(job.key(), proven);
        true
    }
}

/// A bounded queue of jobs. A place is taken before a job is stored, and given back when the job is over, so
/// that whatever is promised has one.
#[derive(Debug)]
pub struct JobQueue {
    line: Mutex<Line>,
    changed: Condvar,
    capacity: u32,
}

impl JobQueue {
    /// A queue of `capacity` places.
    pub fn new(capacity: u32) -> Arc<Self> {
        Arc::new(Self { line: Mutex::default(), changed: Condvar::new(), capacity })
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many places there are.
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// How many are taken.
    pub fn taken(&self) -> u32 {
        self.lock().taken()
    }

    /// The models of the proofs that wait or run.
    pub fn proofs(&self) -> Vec<ModelId> {
        self.lock().inside.values().copied().flatten().collect()
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Takes a place, if one is free.
    pub fn reserve(&self) -> bool {
        let mut line = self.lock();
        let free = line.taken() < self.capacity;
        if free {
            line.reserved = line.reserved.saturating_add(1);
        }
        free
    }

    /// Gives back a place that was reserved.
    pub fn unreserve(&self) {
        let mut line = self.lock();
        line.reserved = line.reserved.saturating_sub(1);
    }

    /// Puts `job` into the place that was reserved for it.
    pub fn push(&self, job: &Job) {
        self.unreserve();
        self.resume(job);
    }

    /// Puts `job` in line if it is not, whether a place is free or not: it was promised before.
    pub fn resume(&self, job: &Job) {
        if self.lock().add(job) {
            self.changed.notify_one();
        }
    }

    /// Gives back the place of `key`, which ran.
    pub fn leave(&self, key: JobKey) {
        self.lock().inside.remove(&key);
    }

    /// Lets the threads end after what they do now. What waits is in the journal.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The next job; waits for one. None once the queue is closed.
    fn next(&self) -> Option<JobKey> {
        let mut line = self.lock();
        loop {
            if line.closed {
                return None;
            }
            let next = line.quick.pop_front();
            if let Some(key) = next.or_else(|| line.slow.pop_front()) {
                return Some(key);
            }
            line = self.changed.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Starts `threads` threads that do `work` for each job of `queue` until it is closed.
///
/// # Errors
/// If the system gives no thread.
pub fn start_pool(
    queue: &Arc<JobQueue>,
    threads: u32,
    work: impl Fn(JobKey) + Clone + Send + 'static,
) -> std::io::Result<Vec<JoinHandle<()>>> {
    (0..threads)
        .map(|number| {
            let (queue, work) = (queue.clone(), work.clone());
            thread::Builder::new().name(format!("worker-{number}")).spawn(move || {
                while let Some(key) = queue.next() {
                    work(key);
                }
            })
        })
        .collect()
}
